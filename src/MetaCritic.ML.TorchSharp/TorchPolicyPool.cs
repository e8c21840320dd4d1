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
    // Which random numbers are meant; the second key after the seed. As in the engine.
    private const ulong PolicyStream = 2;
    private const ulong RestartStream = 3;
    private const ulong SpreadStream = 4;

    private readonly TrainingSystem _system;
    private readonly TrainingGoals _goals;
    private readonly MetaTrainingOptions _options;
    private readonly PolicyArchitecture _architecture;
    private readonly Action<nn.Module, Generator>? _initialize;
    private readonly TorchMetaGradient _gradient;
    private readonly int[] _rows;
    private readonly double[] _defaultStart;

    public TorchPolicyPool(
        TrainingSystem system, TrainingGoals goals, MetaTrainingOptions options, PolicyArchitecture architecture, Action<nn.Module, Generator>? initialize, TorchMetaGradient gradient)
    {
        (_system, _goals, _options, _architecture, _initialize, _gradient) = (system, goals, options, architecture, initialize, gradient);
        _rows = goals.PolicyRows(options.PoliciesPerGoal);
        _defaultStart = system.DefaultStart();
        for (int p = 0; p < Count; p++)
        {
            goals.Goals[_rows[p]].CopyTo(gradient.Goals, p * PositionSize);
            Start(p).CopyTo(gradient.StartStates, p * StateSize);
            gradient.Weights[p] = goals.Weights?[_rows[p]] ?? 1;
        }
    }

    /// <summary>Number of policies.</summary>
    public int Count => _rows.Length;

    private int StateSize => _system.Dynamics.StateSize;

    private int PositionSize => _system.Dynamics.PositionSize;

    /// <summary>Row of the goal table that a policy serves.</summary>
    public int Row(int p) => _rows[p];

    /// <summary>The goal of a policy.</summary>
    public double[] Goal(int p) => _goals.Goals[_rows[p]];

    /// <summary>Draws all policies, with ages spread evenly over the lifetime.</summary>
    public void DrawAll(TorchTrainingState state)
    {
        int goals = _goals.Goals.Count;
        for (int p = 0; p < Count; p++)
        {
            Draw(state, p, 0);
            int rank = (p % _options.PoliciesPerGoal * goals) + (p / _options.PoliciesPerGoal); // first over the goals, then over the policies of one
            state.Ages[p] = (int)((long)rank * _options.PolicyLifetime / Count);
        }
    }

    /// <summary>Draws again what was drawn with the policies of a state that was read: their robots and starts.</summary>
    public void Restore(TorchTrainingState state)
    {
        for (int p = 0; p < Count; p++)
        {
            DrawSystem(p, state.Births[p]);
        }
    }

    /// <summary>Draws some policies anew before a meta-iteration, if restarts are random.</summary>
    public void Prepare(TorchTrainingState state, int iteration)
    {
        for (int p = 0; p < Count && _options.PolicyRestart == PolicyRestart.Random && iteration > 0; p++)
        {
            if (KeyedRandom.Create(_options.Seed, RestartStream, (ulong)p, (ulong)iteration).NextDouble() * _options.PolicyLifetime < _options.InnerSteps)
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
            bool skipped = _options.OnDivergence == DivergenceResponse.Skip && _gradient.Faults[p] is not null;
            bool bad = !skipped && (_gradient.Failed[p] || !(_gradient.FinalErrors[p] <= _options.RestartError));
            restarted += bad ? 1 : 0;
            state.Ages[p] += _options.InnerSteps;
            if (_options.PolicyRestart == PolicyRestart.Same)
            {
                Draw(state, p, 0);
            }
            else if (bad || (_options.PolicyRestart == PolicyRestart.Age && state.Ages[p] >= _options.PolicyLifetime))
            {
                Draw(state, p, iteration + 1);
            }
            else if (!skipped)
            {
                state.Theta[p].copy_(updated[p]);
            }
        }

        return restarted;
    }

    private double[] Start(int p) => _goals.StartStates?[_rows[p]] ?? _defaultStart;

    private void Draw(TorchTrainingState state, int p, int iteration)
    {
        KeyedRandom random = KeyedRandom.Create(_options.Seed, PolicyStream, (ulong)p, (ulong)iteration);
        (state.Ages[p], state.Births[p]) = (0, iteration);
        DrawSystem(p, iteration);
        using DisposeScope scope = NewDisposeScope();
        state.Theta[p].copy_(tensor(_architecture.Draw(random, _initialize)));
    }

    // With a policy its robot and its start are drawn, if they vary.
    private void DrawSystem(int p, int iteration)
    {
        KeyedRandom random = KeyedRandom.Create(_options.Seed, SpreadStream, (ulong)p, (ulong)iteration);
        if (_options.DynamicsSpread.Count > 0)
        {
            _system.DrawRobot(p, _rows[p], _options.DynamicsSpread, ref random);
        }

        for (int i = 0; i < PositionSize && _options.StartSpread > 0; i++)
        {
            double start = Start(p)[i] + (_options.StartSpread * random.NextNormal());
            _gradient.StartStates[(p * StateSize) + i] = _system.WithinLimits(i, start);
        }
    }
}
