using MetaCritic.Learning;
using MetaCritic.Networks;
using MetaCritic.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace MetaCritic.ML.TorchSharp;

/// <summary>
/// The policies of a meta-training of modules, with the rules and the random numbers of the engine's: what is drawn is a function of seed,
/// policy and meta-iteration, and the same network is drawn with the same numbers.
/// </summary>
internal sealed class TorchPolicyPool
{
    private readonly MetaTrainingOptions _options;
    private readonly PolicyArchitecture _architecture;
    private readonly Action<nn.Module, Generator>? _initialize;
    private readonly TorchMetaGradient _gradient;
    private readonly PoolRules _rules;

    public TorchPolicyPool(
        TrainingSystem system, TrainingGoals goals, MetaTrainingOptions options, PolicyArchitecture architecture, Action<nn.Module, Generator>? initialize, TorchMetaGradient gradient)
    {
        (_options, _architecture, _initialize, _gradient) = (options, architecture, initialize, gradient);
        _rules = new(system, goals, options, gradient.Goals, gradient.StartStates, gradient.Weights);
    }

    /// <summary>Number of policies.</summary>
    public int Count => _rules.Count;

    /// <summary>Row of the goal table that a policy serves.</summary>
    public int Row(int p) => _rules.Row(p);

    /// <summary>The goal of a policy.</summary>
    public double[] Goal(int p) => _rules.Goal(p);

    /// <summary>Draws all policies, with ages spread evenly over the lifetime.</summary>
    public void DrawAll(TorchTrainingState state)
    {
        for (int p = 0; p < Count; p++)
        {
            Draw(state, p, 0);
            state.Ages[p] = _rules.FirstAge(p);
        }
    }

    /// <summary>Draws again what was drawn with the policies of a state that was read: their robots and starts.</summary>
    public void Restore(TorchTrainingState state)
    {
        for (int p = 0; p < Count; p++)
        {
            _rules.DrawSystem(p, state.Births[p], _gradient.StartStates);
        }
    }

    /// <summary>Draws some policies anew before a meta-iteration, if restarts are random.</summary>
    public void Prepare(TorchTrainingState state, int iteration)
    {
        for (int p = 0; p < Count; p++)
        {
            if (_rules.IsRestarted(p, iteration))
            {
                Draw(state, p, iteration);
            }
        }
    }

    /// <summary>Takes the updated policies over; those that failed or have reached their age are drawn anew.</summary>
    /// <returns>How many were drawn anew because they failed.</returns>
    public int CarryOn(TorchTrainingState state, Tensor updated, int iteration)
    {
        int restarted = 0;
        for (int p = 0; p < Count; p++)
        {
            state.Ages[p] += _options.InnerSteps;
            bool skipped = _rules.Skips && _gradient.Faults[p] is not null;
            int? birth = _rules.Birth(iteration, state.Ages[p], skipped, _gradient.Failed[p], _gradient.FinalErrors[p], out bool bad);
            restarted += bad ? 1 : 0;
            if (birth is { } anew)
            {
                Draw(state, p, anew);
            }
            else if (!skipped)
            {
                state.Theta[p].copy_(updated[p]);
            }
        }

        return restarted;
    }

    private void Draw(TorchTrainingState state, int p, int iteration)
    {
        KeyedRandom random = _rules.Numbers(p, iteration);
        (state.Ages[p], state.Births[p]) = (0, iteration);
        _rules.DrawSystem(p, iteration, _gradient.StartStates);
        using DisposeScope scope = NewDisposeScope();
        state.Theta[p].copy_(tensor(_architecture.Draw(random, _initialize)));
    }
}
