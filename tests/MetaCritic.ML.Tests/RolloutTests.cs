using MetaCritic.Learning;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MetaCritic.ML.Tests;

[TestClass]
public sealed class RolloutTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void TheTrajectoryIsThatOfTheEngine()
    {
        IDataView goals = Tables.All(_ml, 4);
        PolicyFittingTransformer fitting = _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), EstimatorCase.Fitting()).Fit(goals);
        IDataView fitted = fitting.Transform(goals);
        IDataView data = _ml.MetaCritic().Transforms.RollOut(EstimatorCase.Critic(_ml), numberOfSteps: 9).Fit(fitted).Transform(fitted);
        float[][] positions = Column(data, "TrajectoryPositions"), velocities = Column(data, "TrajectoryVelocities"), torques = Column(data, "TrajectoryTorques");
        float[][] times = Column(data, "TrajectoryTime"), hand = Column(data, "TrajectoryEndEffector"), errors = Column(data, "TrajectoryErrors");
        PolicyFit[] fits = [.. fitting.FitRows(goals)];
        for (int row = 0; row < 4; row++)
        {
            Rollout rollout = Rollout.Of(fits[row].Policy, Tables.Robot, 9, Tables.Critic.Dynamics);
            CollectionAssert.AreEqual(rollout.States.Select((_, t) => (float)(t * rollout.TimeStep)).ToArray(), times[row]);
            CollectionAssert.AreEqual(rollout.States.SelectMany(state => state[..2]).Select(x => (float)x).ToArray(), positions[row]);
            CollectionAssert.AreEqual(rollout.States.SelectMany(state => state[2..]).Select(x => (float)x).ToArray(), velocities[row]);
            CollectionAssert.AreEqual(rollout.Torques.SelectMany(torque => torque).Select(x => (float)x).ToArray(), torques[row]);
            CollectionAssert.AreEqual(rollout.EndEffectorPositions.SelectMany(p => new[] { (float)p.X, (float)p.Y, (float)p.Z }).ToArray(), hand[row]);
            CollectionAssert.AreEqual(rollout.Errors.Select(x => (float)x).ToArray(), errors[row]);
        }
    }

    [TestMethod]
    public void AtTheCriticsHorizonItEndsInTheFinalState()
    {
        IDataView goals = Tables.All(_ml, 3);
        IDataView data = _ml.MetaCritic().Transforms.FitPolicies(EstimatorCase.Critic(_ml), EstimatorCase.Fitting())
            .Append(_ml.MetaCritic().Transforms.RollOut(EstimatorCase.Critic(_ml))).Fit(goals).Transform(goals);
        float[][] final = Column(data, "FinalState"), positions = Column(data, "TrajectoryPositions"), errors = Column(data, "TrajectoryErrors");
        float[] scores = [.. data.GetColumn<float>("Score")];
        for (int row = 0; row < 3; row++)
        {
            CollectionAssert.AreEqual(final[row][..2], positions[row][^2..]);
            Assert.AreEqual(scores[row], errors[row][^1]);
        }
    }

    [TestMethod]
    public void BadOptionsAreRefusedByName()
    {
        Assert.Contains("options.NumberOfSteps", Refused(new() { NumberOfSteps = 0 }));
        Assert.Contains("options.TimeColumnName", Refused(new() { TimeColumnName = "" }));
        Assert.Contains("options.PositionsColumnName", Refused(new() { PositionsColumnName = "A", ErrorsColumnName = "A" }));
        Assert.Contains("options.Robot", Refused(new() { Robot = MetaCritic.Robots.RobotModel.KukaIiwa7 }));
        Assert.Contains("options.DynamicsColumns[\"Mass\"]", Refused(new() { DynamicsColumns = { ["Mass"] = "no.mass" } }));
        Assert.Contains("options.GoalColumns", Refused(new() { GoalColumns = ["A", "B", "C"] }));
    }

    private static float[][] Column(IDataView data, string name) => [.. data.GetColumn<float[]>(name)];

    private string Refused(RolloutEstimator.Options options) =>
        Assert.ThrowsExactly<InvalidInputException>(() => _ml.MetaCritic().Transforms.RollOut(EstimatorCase.Critic(_ml), options)).Message;
}
