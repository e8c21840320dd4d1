using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Robots;
using MetaCritic.Tasks;
using MetaCritic.Tests.Models;

namespace MetaCritic.Tests.Learning;

/// <summary>Environments that reset themselves, which a fit warns of, and those that only look so.</summary>
[TestClass]
public sealed class ResetTests
{
    private const int Horizon = 20;

    // A critic of a cart, with parameters of chance.
    private static readonly CriticModel Critic = SampleModels.Critic(
        SampleModels.Training with { CriticInput = CriticInput.Relative, Horizon = Horizon }, [3, 3, 1], goals: new() { Goals = [[0.5]] }, stateSize: 2, positionSize: 1, actionSize: 1);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(Horizon)]
    [DataRow(Horizon - 1)]
    [DataRow(12)]
    public void An_environment_that_resets_itself_is_warned_of_once_with_place_and_remedy(int episode)
    {
        using PolicyLearner learner = new(Critic, new() { Steps = 3, BlockSize = 2 });
        List<string> warnings = [];
        FittingTask[] tasks = [new() { Goal = [0.5] }, new() { Goal = [-0.5] }, new() { Goal = [1] }];
        IReadOnlyList<PolicyFit> fits = learner.Fit(
            tasks,
            block => new Gym(block.Count, episode),
            new Immediate<FittingProgress>(report => warnings.AddRange(report.Warning is { } warning ? [warning] : Array.Empty<string>())),
            TestContext.CancellationToken);
        Assert.HasCount(1, warnings);
        Assert.StartsWith($"policy update 1, goal 1 [0.5]: step {episode} of {Horizon} of the roll-out jumps back to the start, by ", warnings[0]);
        Assert.Contains("Let its Step only step", warnings[0]);
        Assert.IsTrue(fits.All(fit => fit.Warning is not null && !fit.Diverged));
        Assert.Contains("goal 3 [1]", fits[2].Warning!);

        // A second fit says it again; one that is asked in the right way, never.
        learner.Fit(tasks[..1], _ => new Gym(1, episode), new Immediate<FittingProgress>(report => warnings.AddRange(report.Warning is { } warning ? [warning] : Array.Empty<string>())), TestContext.CancellationToken);
        Assert.HasCount(2, warnings);
        Assert.IsTrue(learner.Fit(tasks, block => new Gym(block.Count, Horizon + 1), cancellationToken: TestContext.CancellationToken).All(fit => fit.Warning is null));
    }

    [TestMethod]
    public void A_start_elsewhere_is_known_too()
    {
        using PolicyLearner learner = new(Critic, new() { Steps = 1 });
        PolicyFit fit = learner.Fit([new() { Goal = [0.5], StartState = [0.3, 0.1] }], _ => new Gym(1, Horizon) { Start = (0.3, 0.1) }, cancellationToken: TestContext.CancellationToken)[0];
        Assert.IsNotNull(fit.Warning);
    }

    // Trajectories of positions, with velocities from their differences.
    public static IEnumerable<object[]> Harmless =>
    [
        ["rests at the start", Positions(t => 0)],
        ["is held by friction, slips and is drawn back", Positions(t => t == 7 ? 1e-3 : 0)],
        ["trembles by one count of its encoder", Positions(t => t % 2 * (2 * Math.PI / 4096))],
        ["trembles by a count or two", Positions(t => ((t * t) % 3) * 0.0015)],
        ["swings through the start", Positions(t => Math.Sin(0.7 * t))],
        ["swings back to the start exactly", Positions(t => t % 8 is var k && k > 4 ? 8 - k : k)],
        ["hits the start at full speed at the end", Positions(t => t < 10 ? t : 20 - t)],
        ["turns on and wraps around", Positions(t => 0.4 * t % 2.0)],
        ["does not move until the end", Positions(t => t == Horizon ? 1 : 0)],
        ["runs away", Positions(t => Math.Pow(1.5, t))],
        ["never moves again after a kick", Positions(t => t > 0 ? 1 : 0)],
    ];

    [TestMethod]
    [DynamicData(nameof(Harmless))]
    public void No_false_alarm_for_a_robot_that(string what, double[] positions)
    {
        Assert.AreEqual(-1, Find(positions, velocities: true), what);
    }

    [TestMethod]
    public void A_jump_is_found_among_other_trajectories()
    {
        Assert.AreEqual(Horizon, Find(Positions(t => t == Horizon ? 0 : 0.1 * t), velocities: false));
        Assert.AreEqual(9, Find(Positions(t => 0.1 * (t % 9)), velocities: false));
    }

    private static double[] Positions(Func<int, double> position) => [.. Enumerable.Range(0, Horizon + 1).Select(t => position(t))];

    // In the engine's layout: two trajectories side by side, the other at rest.
    private static unsafe int Find(double[] positions, bool velocities)
    {
        double[] states = new double[4 * positions.Length];
        for (int t = 0; t < positions.Length; t++)
        {
            states[4 * t] = positions[t];
            states[(4 * t) + 2] = velocities && t > 0 ? positions[t] - positions[t - 1] : 0;
        }

        fixed (double* first = states)
        {
            return ResetCheck.Find(first, 4, 2, positions.Length - 1, 2, 1).Time;
        }
    }

    // Carts that begin a new episode by themselves when the old one is over, and give its first state.
    private sealed class Gym(int count, int episode) : IEnvironment
    {
        private readonly double[] _states = new double[2 * count];
        private int _step;

        public (double Position, double Velocity) Start { get; init; }

        public int Count => count;

        public int StateSize => 2;

        public int ActionSize => 1;

        public void Reset(Span<double> states)
        {
            _step = 0;
            _states.AsSpan(0, count).Fill(Start.Position);
            _states.AsSpan(count).Fill(Start.Velocity);
            _states.CopyTo(states);
        }

        public void Step(ReadOnlySpan<double> actions, Span<double> states)
        {
            if (++_step == episode)
            {
                Reset(states);
                return;
            }

            for (int b = 0; b < count; b++)
            {
                _states[count + b] += 0.1 * (1 + actions[b]);
                _states[b] += 0.1 * _states[count + b];
            }

            _states.CopyTo(states);
        }
    }
}
