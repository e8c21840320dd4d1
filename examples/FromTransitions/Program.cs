// Shows the way from a log alone: learn how a thing moves from a table of transitions, meta-train a critic through what was learned, and fit
// policies for new goals. Nobody wrote down equations; log.csv was recorded while something pushed the thing about.
//
// Expected output (the last digits differ between processors):
//
//   position: R² 1.0000, root mean squared error 0.0002
//   velocity: R² 1.0000, root mean squared error 0.0034
//   Meta-trained on 4 goals
//   goal -0.80: error 0.0000
//   goal -0.30: error 0.0031
//   goal 0.20: error 0.0004
//   goal 0.75: error 0.0014
using System.Globalization;
using MetaCritic;
using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.ML;
using MetaCritic.Tasks;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    MLContext ml = new(seed: 1);
    string folder = AppContext.BaseDirectory;
    IDataView log = ml.MetaCritic().Data.LoadTransitions(args.Length > 0 ? args[0] : Path.Combine(folder, "log.csv"));
    DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(log, testFraction: 0.1, seed: 1);

    // How it moves: the change of the velocity is learned, the position follows in control steps of 0.05 s.
    DynamicsTransformer dynamics = ml.MetaCritic().Trainers.Dynamics(new DynamicsTrainer.Options
    {
        Learning = new DynamicsLearnerOptions { TimeStep = 0.05, Hidden = [32, 32], BatchSize = 64 },
        ScoreColumns = ["Score_0", "Score_1"],
    }).Fit(split.TrainSet);
    IDataView predicted = dynamics.Transform(split.TestSet);
    foreach ((string name, int component) in new[] { ("position", 0), ("velocity", 1) })
    {
        RegressionMetrics metrics = ml.Regression.Evaluate(predicted, labelColumnName: $"next_state_{component}", scoreColumnName: $"Score_{component}");
        Console.WriteLine($"{name}: R² {metrics.RSquared:F4}, root mean squared error {metrics.RootMeanSquaredError:F4}");
    }

    // A critic for it.
    IDataView goals = ml.MetaCritic().Data.LoadGoals(Path.Combine(folder, "goals.csv"), positionSize: 1, stateSize: 2);
    CriticTransformer critic = ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options
    {
        LearnedDynamics = dynamics.Model,
        Training = new MetaTrainingOptions { Iterations = 400, CriticHidden = [100, 100], CriticInput = CriticInput.RelativeAndGoal, DisagreementLimit = 20 },
    }).Fit(goals);
    Console.WriteLine($"Meta-trained on {critic.Model.Goals.Goals.Count} goals");

    // Policies for goals that it has not seen.
    double[] wanted = [-0.8, -0.3, 0.2, 0.75];
    using PolicyLearner learner = new(critic.Model, new PolicyLearnerOptions { Steps = 100 });
    IReadOnlyList<PolicyFit> fits = learner.Fit([.. wanted.Select(goal => new FittingTask { Goal = [goal] })]);
    foreach ((double goal, PolicyFit fit) in wanted.Zip(fits))
    {
        Console.WriteLine($"goal {goal:F2}: error {fit.Error:F4}");
    }
    return 0;
}
catch (InvalidInputException e)
{
    Console.Error.WriteLine(e.Message); // names the file, the column or row, what was found, and the remedy
    return 1;
}
