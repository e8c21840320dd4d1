using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests.Docs;

/// <summary>The C# snippets of docs/mlnet.md and of the package's README.md, compiled here.</summary>
internal static class Snippets
{
    private sealed class GoalRow
    {
        [LoadColumn(0, 1), VectorType(2)]
        public float[] Goal { get; set; } = [];

        [LoadColumn(2)]
        public float Mass { get; set; }
    }

    // src/MetaCritic.ML/README.md
    public static void FirstProgram()
    {
        var ml = new MLContext(seed: 1);
        RobotModel arm = RobotModel.TwoLink;

        // Meta-train a critic through the model of the arm, on four goals (joint angles, rad), and save it.
        IDataView goals = ml.MetaCritic().Data.Goals(arm, [0.8, 0.8], [0.8, -0.8], [-0.8, 0.8], [-0.8, -0.8]);
        CriticTransformer critic = ml.MetaCritic().Trainers.Critic(arm, goalColumnName: "Goal").Fit(goals);
        ml.Model.Save(critic, goals.Schema, "critic.zip");

        // Elsewhere, without the model: fit policies from scratch for new goals.
        CriticTransformer loaded = CriticTransformer.From(ml, ml.Model.Load("critic.zip", out _));
        IDataView newGoals = ml.MetaCritic().Data.Goals(arm, [1.2, -0.4], [0.3, 0.9]);
        IDataView fitted = ml.MetaCritic().Transforms.FitPolicies(loaded).Fit(newGoals).Transform(newGoals);
        Console.WriteLine($"mean squared error {ml.MetaCritic().Evaluate(fitted).Mean:F4} rad²");
    }

    public static void TheWholeWay()
    {
        var ml = new MLContext(seed: 1);
        IDataView goals = ml.Data.LoadFromTextFile<GoalRow>("training.csv", separatorChar: ',', hasHeader: true);

        // Meta-train through the model of the arm, and save.
        CriticTransformer critic = ml.MetaCritic().Trainers.Critic(RobotModel.TwoLink, goalColumnName: "Goal").Fit(goals);
        ml.Model.Save(critic, goals.Schema, "critic.zip");

        // Elsewhere: fit policies for new goals under new dynamics, model-free.
        ITransformer loaded = ml.Model.Load("critic.zip", out _);
        IDataView newGoals = ml.Data.LoadFromTextFile<GoalRow>("new.csv", separatorChar: ',', hasHeader: true);
        var fitting = ml.MetaCritic().Transforms.FitPolicies(
            CriticTransformer.From(ml, loaded), new PolicyFittingEstimator.Options { DynamicsColumns = { ["Mass"] = "arm2.mass" } });
        IDataView fitted = fitting.Fit(newGoals).Transform(newGoals);

        // How close do they come?
        MetaCriticMetrics metrics = ml.MetaCritic().Evaluate(fitted, groupColumnName: "Mass");
        RegressionMetrics regression = ml.Regression.Evaluate(fitted);
        Console.WriteLine($"{metrics.Mean} in [{metrics.ConfidenceLow}, {metrics.ConfidenceHigh}]; {regression.MeanAbsoluteError}");
    }

    public static IDataView InAChain(MLContext ml, IDataView goals, IDataView rows)
    {
        var chain = ml.Transforms.Concatenate("Goal", "shoulder", "elbow")
            .Append(ml.MetaCritic().Trainers.Critic(RobotModel.TwoLink))
            .Fit(goals);
        ml.Model.Save(chain, goals.Schema, "chain.zip");

        ITransformer loaded = ml.Model.Load("chain.zip", out _);
        IDataView scored = loaded.Transform(rows);
        return scored;
    }

    public static void Learned(MLContext ml, IDataView goals)
    {
        IDataView log = ml.MetaCritic().Data.LoadTransitions("log.csv");
        var split = ml.Data.TrainTestSplit(log, testFraction: 0.1, seed: 1);
        DynamicsTransformer dynamics = ml.MetaCritic().Trainers.Dynamics(new DynamicsTrainer.Options
        {
            EpisodeColumnName = "Episode",
            Learning = new DynamicsLearnerOptions { TimeStep = 0.05, Angles = true },
            ScoreColumns = ["Score_0", "Score_1", "Score_2", "Score_3"],
            DisagreementColumnName = "Disagreement",
        }).Fit(split.TrainSet);

        // Each component of the next state is a regression.
        IDataView predicted = dynamics.Transform(split.TestSet);
        RegressionMetrics shoulder = ml.Regression.Evaluate(predicted, labelColumnName: "next_state_0", scoreColumnName: "Score_0");

        // Saved and loaded like the rest; a critic is meta-trained through it.
        ml.Model.Save(dynamics, log.Schema, "dynamics.zip");
        DynamicsTransformer again = DynamicsTransformer.From(ml, ml.Model.Load("dynamics.zip", out _));
        CriticTransformer critic = ml.MetaCritic().Trainers.Critic(again).Fit(goals);
        _ = (shoulder, critic);
    }

    public static void WholeOrOld(MLContext ml, CriticTransformer critic, IDataView goals) =>
        AtomicFile.Write("critic.zip", stream => ml.Model.Save(critic, goals.Schema, stream));

    public static IDataView[] TablesOfGoals(MLContext ml)
    {
        IDataView table = ml.MetaCritic().Data.LoadGoals("goals.csv", RobotModel.TwoLink);
        IDataView three = ml.MetaCritic().Data.Goals(RobotModel.TwoLink, [0.8, 0.8], [0.8, -0.8], [-0.8, 0.8]);
        IDataView anywhere = ml.MetaCritic().Data.RandomGoals(RobotModel.KukaIiwa7, count: 64, low: -1, high: 1, seed: 1);
        IDataView near = ml.MetaCritic().Data.GoalsAround(RobotModel.TwoLink, [[0.8, 0.8]], standardDeviation: 0.3, count: 10);
        return [table, three, anywhere, near];
    }

    public static void Scoring(MLContext ml, CriticModel model, IDataView rows)
    {
        CriticTransformer scorer = CriticTransformer.From(ml, model, new() { ActionGradientColumnName = "ActionGradient" });
        IDataView scored = scorer.Transform(rows);
        _ = scored;
    }

    public static void OnePolicy(MLContext ml, PolicyFittingTransformer fitting, IDataView newGoals)
    {
        PolicyFit best = fitting.FitRows(newGoals).MinBy(fit => fit.Error)!;
        PolicyTransformer policy = PolicyTransformer.From(ml, best.Policy);
        double[] action = new double[policy.Model.ActionSize];
        policy.Model.Act([0.1, 0.2, 0, 0], action);
    }

    public static void OwnEnvironment(MLContext ml, CriticTransformer critic, Func<int, IEnvironment> simulator)
    {
        var fitting = ml.MetaCritic().Transforms.FitPolicies(
            critic, new PolicyFittingEstimator.Options { Environments = tasks => simulator(tasks.Count), NumberOfSteps = 50 });
        _ = fitting;
    }

    public static void Control(MLContext ml, IDataView goals, CancellationToken stop, IProgress<MetaTrainingProgress> progress)
    {
        ml.Log += (_, message) => Console.WriteLine(message.Message);
        var trainer = ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options
        {
            Robot = RobotModel.FromUrdf("arm.urdf"),
            Training = new() { Iterations = 1000, PolicyLearningRate = 0.01 },
            GoalColumns = ["shoulder", "elbow"],
            CheckpointFolder = "checkpoints",
            ResumeFromCheckpoint = true,
            CancellationToken = stop,
            Progress = progress,
        });
        CriticTransformer critic = trainer.Fit(goals);
        _ = critic;
    }
}
