using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tests.Dynamics.Learned;
using MetaCritic.Tests.Models;

namespace MetaCritic.Tests.Learning;

[TestClass]
public sealed class TransitionCollectorTests
{
    [TestMethod]
    public void Noise_is_of_its_deviation_at_all_times_and_correlated()
    {
        // A policy that does nothing leaves the noise: Ornstein and Uhlenbeck's process from its stationary distribution.
        PolicyModel idle = SampleModels.Policy(parameters: new float[(4 * 2) + 2 + (2 * 2) + 2]);
        const int Episodes = 2000, Horizon = 30;
        Transitions log = TransitionCollector.Collect(
            new SimulatedRobot(RobotModel.Reacher, Episodes, Logs.Stepping), new() { Horizon = Horizon, Policies = [idle], Noise = 0.3, Correlation = 5 });
        Assert.AreEqual(Episodes * Horizon, log.Count);
        foreach (int step in (int[])[0, 1, 10, Horizon - 1])
        {
            Assert.AreEqual(0.3, Math.Sqrt(Mean(step, step)), 0.015, $"step {step}");
        }

        Assert.AreEqual(0.09 * Math.Exp(-1 / 5.0), Mean(10, 11), 0.005);
        Assert.AreEqual(0.09 * Math.Exp(-3 / 5.0), Mean(10, 13), 0.005);
        Assert.AreEqual(0, log.Actions.Average(action => action[0] * action[1]), 0.005);

        double Mean(int one, int other) => Enumerable.Range(0, Episodes).Average(
            episode => log.Actions[(episode * Horizon) + one].Zip(log.Actions[(episode * Horizon) + other], (a, b) => a * b).Average());
    }

    [TestMethod]
    public void Progress_tells_each_control_step()
    {
        List<TransitionCollectorProgress> reports = [];
        TransitionCollector.Collect(new SimulatedRobot(RobotModel.Reacher, 2, Logs.Stepping), new() { Horizon = 3 }, new Immediate<TransitionCollectorProgress>(reports.Add));
        CollectionAssert.AreEqual((TransitionCollectorProgress[])[new(1, 3), new(2, 3), new(3, 3)], reports);
    }
}
