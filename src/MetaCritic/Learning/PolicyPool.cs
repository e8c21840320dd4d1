using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// The policies of a meta-training. Each serves one row of the goal table; it is carried on from meta-iteration to meta-iteration and
/// drawn anew as <see cref="MetaTrainingOptions.PolicyRestart"/> says. What is drawn is a function of seed, policy and meta-iteration.
/// </summary>
internal sealed unsafe class PolicyPool
{
    // Which random numbers are meant; the second key after the seed.
    private const ulong PolicyStream = 2;
    private const ulong RestartStream = 3;
    private const ulong SpreadStream = 4;

    private readonly TrainingSystem _system;
    private readonly TrainingGoals _goals;
    private readonly MetaTrainingOptions _options;
    private readonly NetworkInputs _inputs;
    private readonly MetaGradient<float> _gradient;
    private readonly double? _constantPolicyRange;
    private readonly int[] _rows;
    private readonly double[] _defaultStart;

    /// <summary>Hands the goals, their starts and weights to the meta-gradient.</summary>
    /// <param name="system">What the policies act on.</param>
    /// <param name="goals">What they are to reach.</param>
    /// <param name="options">How they are drawn and carried on.</param>
    /// <param name="inputs">Their network.</param>
    /// <param name="gradient">What takes their inner steps and rolls them out.</param>
    /// <param name="constantPolicyRange">For constant policies π(s) = θ, each component of θ is drawn uniformly in ± this; null for policies that are networks.</param>
    public PolicyPool(
        TrainingSystem system, TrainingGoals goals, MetaTrainingOptions options, NetworkInputs inputs, MetaGradient<float> gradient, double? constantPolicyRange)
    {
        (_system, _goals, _options, _inputs, _gradient, _constantPolicyRange) = (system, goals, options, inputs, gradient, constantPolicyRange);
        _rows = goals.PolicyRows(options.PoliciesPerGoal);
        _defaultStart = system.DefaultStart();
        for (int p = 0; p < _rows.Length; p++)
        {
            goals.Goals[_rows[p]].CopyTo(gradient.Goals, p * inputs.PositionSize);
            Start(p).CopyTo(gradient.StartStates, p * inputs.StateSize);
            gradient.Weights[p] = goals.Weights?[_rows[p]] ?? 1;
        }
    }

    /// <summary>Number of policies.</summary>
    public int Count => _rows.Length;

    /// <summary>Draws all policies, with ages spread evenly over the lifetime.</summary>
    public void DrawAll(TrainingState state)
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
    public void Restore(TrainingState state)
    {
        for (int p = 0; p < Count; p++)
        {
            DrawSystem(p, state.Births[p]);
        }
    }

    /// <summary>Hands the policies to the meta-gradient, some drawn anew before if restarts are random.</summary>
    public void Prepare(TrainingState state, int iteration)
    {
        for (int p = 0; p < Count; p++)
        {
            if (_options.PolicyRestart == PolicyRestart.Random && iteration > 0
                && KeyedRandom.Create(_options.Seed, RestartStream, (ulong)p, (ulong)iteration).NextDouble() * _options.PolicyLifetime < _options.InnerSteps)
            {
                Draw(state, p, iteration);
            }

            state.Theta(p).CopyTo(Theta(0, p));
        }
    }

    /// <summary>Takes the updated policies over; those that failed or have reached their age are drawn anew.</summary>
    /// <returns>How many were drawn anew because they failed.</returns>
    public int CarryOn(TrainingState state, int iteration)
    {
        int restarted = 0;
        for (int p = 0; p < Count; p++)
        {
            bool skipped = _options.OnDivergence == DivergenceResponse.Skip && _gradient.FaultOf(p) is not null;
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
                Theta(_options.InnerSteps, p).CopyTo(state.Theta(p));
            }
        }

        return restarted;
    }

    /// <summary>A fault of the last meta-iteration, with the goal and the names that a user knows.</summary>
    public Divergence Describe(int iteration, int p, Fault fault) =>
        fault.Describe(iteration, Fault.MetaIteration, _rows[p], _goals.Goals[_rows[p]], _inputs, _system.Robot);

    /// <summary>The policies as they are now.</summary>
    public PolicyModel[] CreateModels(TrainingState state) => [.. _rows.Select((row, p) => PolicyModel.Of(_inputs, state.ExportTheta(p), _goals.Goals[row]))];

    /// <summary>Start state of a policy's roll-outs, [StateSize].</summary>
    public ReadOnlySpan<double> StartState(int p) => _gradient.StartStates.AsSpan(p * _inputs.StateSize, _inputs.StateSize);

    /// <summary>Parameters θ of a constant policy, [ActionSize], as the last meta-iteration began with it or, updated, left it.</summary>
    public ReadOnlySpan<float> ConstantPolicy(int p, bool updated) =>
        Theta(updated ? _options.InnerSteps : 0, p).Slice((int)_inputs.Policy.BiasOffset(0), _inputs.ActionSize);

    private double[] Start(int p) => _goals.StartStates?[_rows[p]] ?? _defaultStart;

    private Span<float> Theta(int innerStep, int p) => new(_gradient.Theta(innerStep, p), (int)_inputs.Policy.Length);

    private void Draw(TrainingState state, int p, int iteration)
    {
        KeyedRandom random = KeyedRandom.Create(_options.Seed, PolicyStream, (ulong)p, (ulong)iteration);
        (state.Ages[p], state.Births[p]) = (0, iteration);
        DrawSystem(p, iteration);
        Span<float> theta = state.Theta(p);
        if (_constantPolicyRange is not double range)
        {
            fixed (float* parameters = theta)
            {
                Initialization.Uniform(_inputs.Policy, random, parameters);
            }

            return;
        }

        // θ are the biases; the weights, which meet no state, stay 0.
        foreach (ref float bias in theta.Slice((int)_inputs.Policy.BiasOffset(0), _inputs.ActionSize))
        {
            bias = (float)(range * ((2 * random.NextDouble()) - 1));
        }
    }

    // With a policy its robot and its start are drawn, if they vary.
    private void DrawSystem(int p, int iteration)
    {
        KeyedRandom random = KeyedRandom.Create(_options.Seed, SpreadStream, (ulong)p, (ulong)iteration);
        if (_options.DynamicsSpread.Count > 0)
        {
            _system.DrawRobot(p, _rows[p], _options.DynamicsSpread, ref random);
        }

        if (_options.StartSpread > 0)
        {
            for (int i = 0; i < _inputs.PositionSize; i++)
            {
                double start = Start(p)[i] + (_options.StartSpread * random.NextNormal());
                _gradient.StartStates[(p * _inputs.StateSize) + i] = _system.WithinLimits(i, start);
            }
        }
    }
}
