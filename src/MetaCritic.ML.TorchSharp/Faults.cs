using System.Globalization;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;

namespace MetaCritic.ML.TorchSharp;

/// <summary>Divergences in words. Where only the roll-out is known, not the step and the joint, they are left out.</summary>
internal static class Faults
{
    /// <summary>Says it in words; the parameters are those of <see cref="Fault.Describe"/>.</summary>
    public static Divergence Describe(Fault fault, int iteration, string what, int goal, IReadOnlyList<double> values, NetworkInputs inputs, RobotModel? robot)
    {
        if (fault.Place == DivergencePlace.RollOut)
        {
            return fault.Describe(iteration, what, goal, values.ToArray(), inputs, robot);
        }

        string found = (fault.Place, fault.InnerStep) switch
        {
            (DivergencePlace.Loss, _) => string.Create(CultureInfo.InvariantCulture, $"the critic's loss at inner step {fault.InnerStep + 1} is not finite"),
            (_, < 0) => $"the gradient of the {(what == Fault.PolicyUpdate ? "policy update" : "task loss")} is not finite",
            _ => string.Create(CultureInfo.InvariantCulture, $"the gradient of inner step {fault.InnerStep + 1} is not finite"),
        };
        string list = string.Join(", ", values.Select(x => x.ToString("G4", CultureInfo.InvariantCulture)));
        return new(iteration, goal, -1, fault.Place, string.Create(CultureInfo.InvariantCulture, $"{what} {iteration + 1}, goal {goal + 1} [{list}]: {found}"));
    }
}
