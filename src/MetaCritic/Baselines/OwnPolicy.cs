using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Baselines;

/// <summary>
/// A baseline's policy for all goals, π(s − g) or π(s − g, g), as a policy for one: what the goal adds to the first layer is a constant, and
/// goes into its biases.
/// </summary>
internal static class OwnPolicy
{
    /// <summary>Parameters of the policy for a goal, which sees the state alone.</summary>
    /// <param name="goal">The goal.</param>
    /// <param name="inputs">What the networks see.</param>
    /// <param name="input">Whether s − g or s is seen, and whether g is.</param>
    /// <param name="parameters">Parameters of the policy for all goals.</param>
    public static float[] For(IReadOnlyList<double> goal, ActorCriticInputs inputs, CriticInput input, float[] parameters)
    {
        (MlpShape of, MlpShape to) = (inputs.Policy.Shape, inputs.Networks.Policy.Shape);
        int width = of.Sizes[1];
        float[] result = new float[to.ParameterCount];
        parameters.AsSpan(0, inputs.StateSize * width).CopyTo(result);
        parameters.AsSpan(of.BiasOffset(0)).CopyTo(result.AsSpan(to.BiasOffset(0)));
        for (int j = 0; j < width; j++)
        {
            double bias = parameters[of.BiasOffset(0) + j];
            for (int i = 0; i < goal.Count; i++)
            {
                double scaled = inputs.Networks.PositionScale * goal[i];
                bias -= input == CriticInput.Raw ? 0 : scaled * parameters[(i * width) + j];
                bias += inputs.GoalSize == 0 ? 0 : scaled * parameters[((inputs.StateSize + i) * width) + j];
            }

            result[to.BiasOffset(0) + j] = (float)bias;
        }

        return result;
    }
}
