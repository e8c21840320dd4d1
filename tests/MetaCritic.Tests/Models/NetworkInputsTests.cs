using MetaCritic.Models;
using MetaCritic.Tasks;

namespace MetaCritic.Tests.Models;

[TestClass]
public sealed unsafe class NetworkInputsTests
{
    [TestMethod]
    [DataRow(CriticInput.Raw, new double[] { 2, 4, 1.5, 2, 15, 14, 16 })]
    [DataRow(CriticInput.Relative, new double[] { -12, -12, 1.5, 2, 15 })]
    [DataRow(CriticInput.RelativeAndGoal, new double[] { -12, -12, 1.5, 2, 15, 14, 16 })]
    public void The_critic_sees_what_its_kind_of_input_says(CriticInput kind, double[] expected)
    {
        // Positions 1 and 2, velocities 3 and 4, action 5, goal 7 and 8.
        NetworkInputs inputs = new(4, 1, 2, new MetaTrainingOptions { CriticInput = kind, PositionScale = 2, VelocityScale = 0.5, ActionScale = 3 });
        double[] state = [1, 2, 3, 4], action = [5], goal = [7, 8], row = new double[expected.Length];
        fixed (double* s = state, a = action, r = row)
        {
            inputs.WriteCriticRow(s, a, 1, goal, r);
        }

        CollectionAssert.AreEqual(expected, row);
        Assert.AreEqual(expected.Length, inputs.Critic.Size(0));
        Assert.AreEqual(2, inputs.PolicyScale(1));
        Assert.AreEqual(0.5, inputs.PolicyScale(2));
    }
}
