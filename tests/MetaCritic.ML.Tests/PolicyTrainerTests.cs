using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

/// <summary>The whole way in one estimator: what its parts do, under what ML.NET does with any estimator.</summary>
[TestClass]
public sealed class PolicyTrainerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void ItDoesWhatItsPartsDo()
    {
        IDataView goals = Tables.All(_ml), others = Tables.All(_ml, 9);
        CriticTransformer critic = _ml.MetaCritic().Trainers.Critic(new CriticTrainer.Options
        {
            Robot = Tables.Robot,
            Training = Tables.Training,
            GoalColumns = ["Goal1", "Goal2"],
            StartStateColumnName = "State",
            DynamicsColumns = { ["Mass"] = "arm2.mass" },
            ExampleWeightColumnName = "Weight",
            Dynamics = TaskPreset.TwoLink.Dynamics with { TimeStep = 0.03 },
            NumberOfIterations = 2,
            Seed = 7,
        }).Fit(goals);
        IDataView expected = _ml.MetaCritic().Transforms.FitPolicies(critic, new PolicyFittingEstimator.Options
        {
            GoalColumns = ["Goal1", "Goal2"],
            StartStateColumnName = "State",
            DynamicsColumns = { ["Mass"] = "arm1.mass" },
            SeedColumnName = "Seed",
            Robot = Tables.Robot.With("arm2.length", 1.1),
            Dynamics = TaskPreset.TwoLink.Dynamics with { TimeStep = 0.02 },
            Fitting = Tables.Fitting,
            NumberOfSteps = 2,
        }).Fit(others).Transform(others);
        PolicyFittingTransformer whole = _ml.MetaCritic().Trainers.Policies(new PolicyTrainer.Options
        {
            Robot = Tables.Robot,
            Training = Tables.Training,
            GoalColumns = ["Goal1", "Goal2"],
            StartStateColumnName = "State",
            DynamicsColumns = { ["Mass"] = "arm2.mass" },
            FittingDynamicsColumns = new() { ["Mass"] = "arm1.mass" },
            ExampleWeightColumnName = "Weight",
            Dynamics = TaskPreset.TwoLink.Dynamics with { TimeStep = 0.03 },
            NumberOfIterations = 2,
            Seed = 7,
            SeedColumnName = "Seed",
            FittingRobot = Tables.Robot.With("arm2.length", 1.1),
            FittingDynamics = TaskPreset.TwoLink.Dynamics with { TimeStep = 0.02 },
            Fitting = Tables.Fitting,
            NumberOfSteps = 2,
            PolicyColumnName = "P",
            FinalStateColumnName = "F",
            ScoreColumnName = "E",
            LabelColumnName = "L",
            LearningCurveColumnName = "C",
            StepsColumnName = "N",
            ConvergedColumnName = "Done",
            DivergedColumnName = "Lost",
        }).Fit(goals);
        CollectionAssert.AreEqual(critic.Model.Parameters.ToArray(), whole.Model.Parameters.ToArray());
        Assert.AreEqual(
            Tables.Bits(expected, "Policy", "FinalState", "Score", "Label", "LearningCurve", "Steps", "Converged", "Diverged"),
            Tables.Bits(whole.Transform(others), "P", "F", "E", "L", "C", "N", "Done", "Lost"));
        Assert.IsFalse(Tables.Bits(expected, "Score").Contains("7F", StringComparison.Ordinal), "a policy diverged");
    }

    [TestMethod]
    public void TheShortFormIsTheLongOne()
    {
        IDataView goals = Tables.All(_ml);
        PolicyFittingTransformer brief = _ml.MetaCritic().Trainers.Policies(Tables.Robot, "Goal", "State", "Weight", numberOfIterations: 1, numberOfSteps: 2, seed: 3).Fit(goals);
        PolicyFittingTransformer full = _ml.MetaCritic().Trainers.Policies(new PolicyTrainer.Options
        {
            Robot = Tables.Robot,
            StartStateColumnName = "State",
            ExampleWeightColumnName = "Weight",
            NumberOfIterations = 1,
            NumberOfSteps = 2,
            Seed = 3,
        }).Fit(goals);
        Assert.AreEqual(Tables.Bits(full.Transform(goals), "Policy"), Tables.Bits(brief.Transform(goals), "Policy"));
        Assert.AreEqual(2, brief.Transform(goals).GetColumn<int>("Steps").Max());
    }

    [TestMethod]
    public void MLNetDividesTheGoalsAndEvaluates()
    {
        IDataView goals = Tables.All(_ml, 12);
        IEstimator<ITransformer> trainer = EstimatorCase.Of("policies").Create(_ml);

        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(goals, testFraction: 0.25, seed: 1);
        RegressionMetrics held = _ml.Regression.Evaluate(trainer.Fit(split.TrainSet).Transform(split.TestSet));
        Assert.IsTrue(held.MeanAbsoluteError is > 0 and < 100);

        IReadOnlyList<TrainCatalogBase.CrossValidationResult<RegressionMetrics>> folds = _ml.Regression.CrossValidate(goals, trainer, numberOfFolds: 3);
        Assert.HasCount(3, folds);
        foreach (TrainCatalogBase.CrossValidationResult<RegressionMetrics> fold in folds)
        {
            Assert.AreEqual(fold.Metrics.MeanAbsoluteError, _ml.MetaCritic().Evaluate(fold.ScoredHoldOutSet).Mean, 1e-6);
            Assert.AreEqual(12 - fold.ScoredHoldOutSet.GetColumn<float>("Score").Count(), ((PolicyFittingTransformer)fold.Model).Model.Goals.Goals.Count);
        }

        Assert.AreEqual(3, folds.Select(fold => fold.Metrics.MeanAbsoluteError).Distinct().Count());
    }

    [TestMethod]
    public void ItStopsAndGoesOnToTheSameBits()
    {
        IDataView goals = Tables.All(_ml);
        string folder = Directory.CreateTempSubdirectory("metacritic ml").FullName;
        PolicyTrainer Trainer(string? checkpoints, IProgress<MetaTrainingProgress>? progress, CancellationToken token) => _ml.MetaCritic().Trainers.Policies(new PolicyTrainer.Options
        {
            Robot = Tables.Robot,
            Training = Tables.Training,
            Fitting = Tables.Fitting,
            CheckpointFolder = checkpoints,
            ResumeFromCheckpoint = true,
            Progress = progress,
            CancellationToken = token,
        });
        string whole = Tables.Bits(Trainer(null, null, default).Fit(goals).Transform(goals), "Policy");
        using CancellationTokenSource cancellation = new();
        Assert.ThrowsExactly<OperationCanceledException>(() => Trainer(folder, new Immediate<MetaTrainingProgress>(_ => cancellation.Cancel()), cancellation.Token).Fit(goals));
        int reports = 0;
        Assert.AreEqual(whole, Tables.Bits(Trainer(folder, new Immediate<MetaTrainingProgress>(_ => reports++), default).Fit(goals).Transform(goals), "Policy"));
        Assert.AreEqual(Tables.Training.Iterations - 1, reports, "of the meta-iterations that were left");
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void FittingReportsAndStops()
    {
        IDataView goals = Tables.All(_ml);
        using CancellationTokenSource cancellation = new();
        List<FittingProgress> reports = [];
        IDataView fitted = _ml.MetaCritic().Trainers.Policies(new PolicyTrainer.Options
        {
            Robot = Tables.Robot,
            Training = Tables.Training,
            Fitting = Tables.Fitting,
            FittingProgress = new Immediate<FittingProgress>(report =>
            {
                reports.Add(report);
                cancellation.Cancel();
            }),
            CancellationToken = cancellation.Token,
        }).Fit(goals).Transform(goals);
        Assert.IsEmpty(reports);
        Assert.ThrowsExactly<OperationCanceledException>(() => fitted.GetColumn<float>("Score").ToArray());
        Assert.IsNotEmpty(reports);
    }

    [TestMethod]
    public void ThroughLearnedDynamicsPoliciesAreFittedOnARobot()
    {
        LearnedDynamics learned = _ml.MetaCritic().Trainers.Dynamics(EstimatorCase.Dynamics()).Fit(Tables.All(_ml)).Model;
        PolicyTrainer Trainer(RobotModel? robot) => _ml.MetaCritic().Trainers.Policies(new PolicyTrainer.Options { LearnedDynamics = learned, Training = Tables.Training, Fitting = Tables.Fitting, FittingRobot = robot });
        IDataView goals = Tables.All(_ml);
        string inLearned = Tables.Bits(Trainer(null).Fit(goals).Transform(goals), "FinalState"), onRobot = Tables.Bits(Trainer(Tables.Robot).Fit(goals).Transform(goals), "FinalState");
        Assert.AreNotEqual(inLearned, onRobot);
    }

    [TestMethod]
    public void PoliciesAreDrawnWithASeedOfTheirOwn()
    {
        IDataView goals = Tables.All(_ml);
        Assert.AreEqual(First(3, 9), First(4, 9));
        Assert.AreNotEqual(First(3, 9), First(3, 10));

        // Before an update the critic has no part in a policy.
        string First(ulong training, ulong policies) => Tables.Bits(
            _ml.MetaCritic().Trainers.Policies(new PolicyTrainer.Options { Robot = Tables.Robot, Training = Tables.Training, Fitting = Tables.Fitting, Seed = training, PolicySeed = policies, NumberOfSteps = 0 }).Fit(goals).Transform(goals),
            "Policy");
    }

    [TestMethod]
    public void OptionsOfFittingAreCheckedBeforeTraining()
    {
        Refused("options.Robot", new() { });
        Refused("options.FittingRobot", new() { Robot = Tables.Robot, FittingRobot = RobotModel.KukaIiwa7 });
        Refused("options.FittingDynamicsColumns[\"Mass\"]", new() { Robot = Tables.Robot, FittingDynamicsColumns = new() { ["Mass"] = "arm9.mass" } });
        Refused("options.steps", new() { Robot = Tables.Robot, NumberOfSteps = -1 });
        Refused("DivergedColumnName", new() { Robot = Tables.Robot, DivergedColumnName = "Score" });
        Refused("ScoreColumnName", new() { Robot = Tables.Robot, ScoreColumnName = "" });
        Refused("StartStateColumnName", new() { Robot = Tables.Robot, StartStateColumnName = "" });
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.MetaCritic().Trainers.Policies((PolicyTrainer.Options)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.MetaCritic().Trainers.Policies((RobotModel)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.MetaCritic().Trainers.Policies(Tables.Robot).Fit(null!));

        void Refused(string said, PolicyTrainer.Options options) =>
            Assert.Contains(said, Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Trainers.Policies(options)).Message);
    }
}
