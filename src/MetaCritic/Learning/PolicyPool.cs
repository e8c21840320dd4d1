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
    private readonly TrainingSystem _system;
    private readonly MetaTrainingOptions _options;
    private readonly NetworkInputs _inputs;
    private readonly MetaGradient<float> _gradient;
    private readonly double? _constantPolicyRange;
    private readonly PoolRules _rules;

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
        (_system, _options, _inputs, _gradient, _constantPolicyRange) = (system, options, inputs, gradient, constantPolicyRange);
        _rules = new(system, goals, options, gradient.Goals, gradient.StartStates, gradient.Weights);
    }

    /// <summary>Number of policies.</summary>
    public int Count => _rules.Count;

    /// <summary>Draws all policies, with ages spread evenly over the lifetime.</summary>
    public void DrawAll(TrainingState state)
    {
        for (int p = 0; p < Count; p++)
        {
            Draw(state, p, 0);
            state.Ages[p] = _rules.FirstAge(p);
        }
    }

    /// <summary>Draws again what was drawn with the policies of a state that was read: their robots and starts.</summary>
    public void Restore(TrainingState state)
    {
        for (int p = 0; p < Count; p++)
        {
            _rules.DrawSystem(p, state.Births[p], _gradient.StartStates);
        }
    }

    /// <summary>Hands the policies to the meta-gradient, some drawn anew before if restarts are random.</summary>
    public void Prepare(TrainingState state, int iteration)
    {
        for (int p = 0; p < Count; p++)
        {
            if (_rules.IsRestarted(p, iteration))
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
            state.Ages[p] += _options.InnerSteps;
            bool skipped = _rules.Skips && _gradient.FaultOf(p) is not null;
            int? birth = _rules.Birth(iteration, state.Ages[p], skipped, _gradient.Failed[p], _gradient.FinalErrors[p], out bool bad);
            restarted += bad ? 1 : 0;
            if (birth is { } anew)
            {
                Draw(state, p, anew);
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
        fault.Describe(iteration, Fault.MetaIteration, _rules.Row(p), _rules.Goal(p), _inputs, _system.Robot);

    /// <summary>The policies as they are now.</summary>
    public PolicyModel[] CreateModels(TrainingState state) => [.. Enumerable.Range(0, Count).Select(p => PolicyModel.Of(_inputs, state.ExportTheta(p), _rules.Goal(p)))];

    /// <summary>Start state of a policy's roll-outs, [StateSize].</summary>
    public ReadOnlySpan<double> StartState(int p) => _gradient.StartStates.AsSpan(p * _inputs.StateSize, _inputs.StateSize);

    /// <summary>Parameters θ of a constant policy, [ActionSize], as the last meta-iteration began with it or, updated, left it.</summary>
    public ReadOnlySpan<float> ConstantPolicy(int p, bool updated) =>
        Theta(updated ? _options.InnerSteps : 0, p).Slice((int)_inputs.Policy.BiasOffset(0), _inputs.ActionSize);

    private Span<float> Theta(int innerStep, int p) => new(_gradient.Theta(innerStep, p), (int)_inputs.Policy.Length);

    private void Draw(TrainingState state, int p, int iteration)
    {
        KeyedRandom random = _rules.Numbers(p, iteration);
        (state.Ages[p], state.Births[p]) = (0, iteration);
        _rules.DrawSystem(p, iteration, _gradient.StartStates);
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
}
