using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>
/// The rules of a pool of policies, whatever they are made of: which goal each serves, when it is drawn anew
/// (<see cref="MetaTrainingOptions.PolicyRestart"/>), and what is drawn with it. What is drawn is a function of seed, policy and meta-iteration.
/// </summary>
internal sealed class PoolRules
{
    // Which random numbers are meant; the second key after the seed.
    private const ulong PolicyStream = 2;
    private const ulong RestartStream = 3;
    private const ulong SpreadStream = 4;

    private readonly TrainingSystem _system;
    private readonly TrainingGoals _goals;
    private readonly MetaTrainingOptions _options;
    private readonly int[] _rows;
    private readonly double[] _defaultStart;

    /// <summary>Hands the goals, their starts and weights to the meta-gradient.</summary>
    /// <param name="system">What the policies act on.</param>
    /// <param name="goals">What they are to reach.</param>
    /// <param name="options">How they are drawn and carried on.</param>
    /// <param name="gradientGoals">Receives the goals, [policies × PositionSize].</param>
    /// <param name="startStates">Receives the start states, [policies × StateSize].</param>
    /// <param name="weights">Receives the weights, [policies].</param>
    public PoolRules(TrainingSystem system, TrainingGoals goals, MetaTrainingOptions options, double[] gradientGoals, double[] startStates, double[] weights)
    {
        (_system, _goals, _options) = (system, goals, options);
        _rows = goals.PolicyRows(options.PoliciesPerGoal);
        _defaultStart = system.DefaultStart();
        for (int p = 0; p < Count; p++)
        {
            Goal(p).CopyTo(gradientGoals, p * system.Dynamics.PositionSize);
            Start(p).CopyTo(startStates, p * system.Dynamics.StateSize);
            weights[p] = goals.Weights?[_rows[p]] ?? 1;
        }
    }

    /// <summary>Number of policies.</summary>
    public int Count => _rows.Length;

    /// <summary>Row of the goal table that a policy serves.</summary>
    public int Row(int p) => _rows[p];

    /// <summary>The goal of a policy.</summary>
    public double[] Goal(int p) => _goals.Goals[_rows[p]];

    /// <summary>Age with which a policy begins the training: they are spread evenly over the lifetime.</summary>
    public int FirstAge(int p)
    {
        int rank = (p % _options.PoliciesPerGoal * _goals.Goals.Count) + (p / _options.PoliciesPerGoal); // first over the goals, then over the policies of one
        return (int)((long)rank * _options.PolicyLifetime / Count);
    }

    /// <summary>Random numbers for the parameters of a policy.</summary>
    public KeyedRandom Numbers(int p, int iteration) => KeyedRandom.Create(_options.Seed, PolicyStream, (ulong)p, (ulong)iteration);

    /// <summary>Whether a policy is drawn anew before a meta-iteration, by chance.</summary>
    public bool IsRestarted(int p, int iteration) =>
        _options.PolicyRestart == PolicyRestart.Random && iteration > 0
        && KeyedRandom.Create(_options.Seed, RestartStream, (ulong)p, (ulong)iteration).NextDouble() * _options.PolicyLifetime < _options.InnerSteps;

    /// <summary>Whether a policy in which something was not finite stays as it was before the meta-iteration.</summary>
    public bool Skips => _options.OnDivergence == DivergenceResponse.Skip;

    /// <summary>What becomes of a policy after a meta-iteration.</summary>
    /// <param name="iteration">The meta-iteration.</param>
    /// <param name="age">Its age after it.</param>
    /// <param name="skipped">Whether it is to stay as it was before the meta-iteration.</param>
    /// <param name="failed">Whether it was left out of the mean.</param>
    /// <param name="finalError">Its final-state error; NaN if it diverged.</param>
    /// <param name="bad">Whether it counts as restarted because it failed.</param>
    /// <returns>The meta-iteration as of which it is drawn anew; null if it is not.</returns>
    public int? Birth(int iteration, int age, bool skipped, bool failed, double finalError, out bool bad)
    {
        bad = !skipped && (failed || !(finalError <= _options.RestartError));
        return _options.PolicyRestart == PolicyRestart.Same ? 0
            : bad || (_options.PolicyRestart == PolicyRestart.Age && age >= _options.PolicyLifetime) ? iteration + 1
            : null;
    }

    /// <summary>Draws the robot and the start of a policy, if they vary.</summary>
    /// <param name="p">The policy.</param>
    /// <param name="iteration">The meta-iteration of its birth.</param>
    /// <param name="startStates">Receives the start, [policies × StateSize].</param>
    public void DrawSystem(int p, int iteration, double[] startStates)
    {
        KeyedRandom random = KeyedRandom.Create(_options.Seed, SpreadStream, (ulong)p, (ulong)iteration);
        if (_options.DynamicsSpread.Count > 0)
        {
            _system.DrawRobot(p, _rows[p], _options.DynamicsSpread, ref random);
        }

        for (int i = 0; i < _system.Dynamics.PositionSize && _options.StartSpread > 0; i++)
        {
            double start = Start(p)[i] + (_options.StartSpread * random.NextNormal());
            startStates[(p * _system.Dynamics.StateSize) + i] = _system.WithinLimits(i, start);
        }
    }

    private double[] Start(int p) => _goals.StartStates?[_rows[p]] ?? _defaultStart;
}
