using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>A critic made ready for fitting: its weights are packed and stay as they are.</summary>
internal sealed class FrozenCritic : IDisposable
{
    /// <summary>Packs the weights.</summary>
    /// <param name="model">The critic, valid.</param>
    /// <param name="horizon">Steps of a roll-out; null for the critic's own.</param>
    public unsafe FrozenCritic(CriticModel model, int? horizon)
    {
        Model = model;
        Training = model.Training with { Horizon = horizon ?? model.Training.Horizon };
        Inputs = new(model.StateSize, model.ActionSize, model.PositionSize, Training);
        Phi = new(Inputs.Critic);
        using AlignedBuffer<float> parameters = new(Inputs.Critic.Length);
        Inputs.Critic.Import(model.Parameters.Span, parameters.Pointer);
        Phi.PackForward(parameters.Pointer);
        Phi.PackBackward(parameters.Pointer);
    }

    /// <summary>The critic.</summary>
    public CriticModel Model { get; }

    /// <summary>The options it was trained with, with the horizon of the fitting.</summary>
    public MetaTrainingOptions Training { get; }

    /// <summary>The networks and what they see.</summary>
    public NetworkInputs Inputs { get; }

    /// <summary>φ.</summary>
    public PackedWeights<float> Phi { get; }

    /// <inheritdoc/>
    public void Dispose() => Phi.Dispose();
}
