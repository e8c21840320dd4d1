using MetaCritic.Files;

namespace MetaCritic.Learning;

/// <summary>What a checkpoint restores.</summary>
/// <param name="AdamSteps">Steps of the optimiser.</param>
/// <param name="Critic">φ.</param>
/// <param name="First">First moments of the optimiser.</param>
/// <param name="Second">Second moments of the optimiser.</param>
/// <param name="Policies">Parameters of the policies, one after the other.</param>
/// <param name="Ages">Inner steps that each policy has behind it.</param>
/// <param name="Births">Meta-iteration in which each policy was drawn.</param>
/// <param name="History">Per meta-iteration: task loss, final error, norm of the gradient, policies restarted, learning rate.</param>
internal sealed record CheckpointState(
    int AdamSteps, float[] Critic, float[] First, float[] Second, float[] Policies, int[] Ages, int[] Births, double[][] History)
{
    /// <summary>Checks that a training can have left these values.</summary>
    /// <exception cref="InvalidInputException">It cannot.</exception>
    public void Validate(string place)
    {
        void Require(bool good, string found) => Consistency.Require(good, place, found);

        Require(AdamSteps <= History.Length, FormattableString.Invariant($"the optimiser has made {AdamSteps} steps in {History.Length} meta-iterations"));
        Require(Critic.All(float.IsFinite), "a parameter of the critic is not finite");
        Require(First.All(float.IsFinite), "a first moment of the optimiser is not finite");
        Require(Second.All(value => value >= 0), "a second moment of the optimiser is negative or no number"); // squares may overflow
        Require(Policies.All(float.IsFinite), "a parameter of a policy is not finite");
        Require(Ages.All(age => age >= 0), "the age of a policy is negative");
        Require(Births.All(birth => birth >= 0 && birth <= History.Length), "a policy was drawn in a meta-iteration that has not been");
        Require(
            History.All(row => row[3] >= 0 && row[3] <= Ages.Length && row[3] == Math.Floor(row[3]) && row[4] >= 0 && double.IsFinite(row[4])),
            "the metrics of a meta-iteration have no meaning");
    }
}
