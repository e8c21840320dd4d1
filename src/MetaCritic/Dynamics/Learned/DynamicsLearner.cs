using MetaCritic.Networks;

namespace MetaCritic.Dynamics;

/// <summary>
/// Learns dynamics from a log of transitions: an ensemble of networks on normalised inputs, trained by Adam on the mean squared
/// error of the normalised change of the state, each stopped early on rows held out.
/// </summary>
/// <remarks>
/// The networks start from different parameters and see the rows in different orders. The same rows in the same order and the
/// same options give the same bits, whatever the number of threads.
/// </remarks>
public sealed class DynamicsLearner
{
    // Which random numbers are meant; the second key after the seed.
    private const ulong HoldOutStream = 21;
    private const ulong InitialStream = 22;
    private const ulong OrderStream = 23;
    private const ulong BootstrapStream = 24;

    private readonly int _positionSize;
    private readonly DynamicsLearnerOptions _options;
    private readonly IDifferentiableDynamics? _prior;

    /// <summary>Creates a learner.</summary>
    /// <param name="positionSize">Leading components of a state that are positions; goals are given for these.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="prior">Dynamics that are to be corrected, such as those of a robot model that is not exact; null for none.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public DynamicsLearner(int positionSize, DynamicsLearnerOptions? options = null, IDifferentiableDynamics? prior = null)
    {
        _positionSize = positionSize;
        _options = options ?? new();
        _options.Validate();
        _prior = prior;
    }

    /// <summary>Learns.</summary>
    /// <param name="transitions">The log.</param>
    /// <param name="progress">Is told of each pass of each network over the rows.</param>
    /// <param name="cancellationToken">Ends the work within one pass.</param>
    /// <returns>The dynamics.</returns>
    /// <exception cref="InvalidInputException">The log cannot be used, or does not fit the number of positions or the prior.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public LearnedDynamics Learn(Transitions transitions, IProgress<DynamicsLearningProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transitions);
        transitions.Validate();
        DynamicsFeatures features = Features(transitions);
        (int[] training, int[] heldOut) = Split(transitions);
        double[] x = new double[transitions.Count * features.Count];
        for (int row = 0; row < transitions.Count; row++)
        {
            features.Write(transitions.States[row], transitions.Actions[row], 1, 0, x.AsSpan(row * features.Count, features.Count));
        }

        int outputs = _options.TimeStep is null ? features.StateSize : features.StateSize - features.PositionSize;
        double[] y = Changes(transitions, outputs, cancellationToken);
        Normalization input = Normalization.Of(x, features.Count, training, constant: 1);
        Normalization output = Normalization.Of(y, outputs, training, constant: 0);
        MlpShape shape = new([features.Count, .. _options.Hidden, outputs], _options.Activation);
        MlpLayout layout = new(shape);
        float[] inputs = Padded(x, input, layout.Width(0));
        float[] targets = Padded(y, output, layout.Width(layout.LayerCount));

        ReadOnlyMemory<float>[] members = new ReadOnlyMemory<float>[_options.Members];
        int passes = 0;
        Lock reporting = new();
        using (WorkerTeam team = new(_options.Threads == 0 ? Math.Min(Environment.ProcessorCount, members.Length) : _options.Threads))
        {
            team.Run(members.Length, m =>
            {
                using EnsembleMember member = new(layout, _options.BatchSize, Initial(m));
                members[m] = member.Train(inputs, targets, Rows(m, training), heldOut, _options, epoch => Order(m, epoch), (done, error) =>
                {
                    lock (reporting)
                    {
                        passes += done;
                        progress?.Report(new(passes, _options.Members * _options.Epochs, error));
                    }
                }, cancellationToken);
            });
        }

        LearnedParts parts = new(_options with { Threads = new DynamicsLearnerOptions().Threads }, features, shape, members, input, output, _prior, new(0, 0, [], [], 0));
        return new(parts with { HeldOut = Figures(new(parts), transitions, training.Length, heldOut, cancellationToken) });
    }

    /// <summary><see cref="Learn"/> on a background thread: for applications with a user interface.</summary>
    /// <param name="transitions">The log.</param>
    /// <param name="progress">Is told of each pass of each network over the rows.</param>
    /// <param name="cancellationToken">Ends the work within one pass.</param>
    /// <returns>The dynamics.</returns>
    /// <remarks>
    /// A <see cref="Progress{T}"/> reports on the caller's context, for example a window's thread; another <see cref="IProgress{T}"/> is called on
    /// the background thread. What <see cref="Learn"/> throws arrives through the task; a cancellation leaves it cancelled.
    /// </remarks>
    public Task<LearnedDynamics> LearnAsync(Transitions transitions, IProgress<DynamicsLearningProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Background.Run(() => Learn(transitions, progress, cancellationToken), cancellationToken);

    private KeyedRandom Initial(int member) => KeyedRandom.Create(_options.Seed, InitialStream, (ulong)member);

    private KeyedRandom Order(int member, int epoch) => KeyedRandom.Create(_options.Seed, OrderStream, (ulong)member, (ulong)epoch);

    private DynamicsFeatures Features(Transitions transitions)
    {
        int stateSize = transitions.States[0].Length;
        int actionSize = transitions.Actions[0].Length;
        if (_positionSize < 1 || _positionSize > stateSize)
        {
            throw new InvalidInputException("The number of positions", $"it is {_positionSize}", $"Give 1 to {stateSize}, the size of a state");
        }

        if (_options.TimeStep is not null && stateSize != 2 * _positionSize)
        {
            throw new InvalidInputException(
                "options.timeStep", $"it is given, but a state of {stateSize} is not {_positionSize} positions and as many velocities", "Leave it out, so that the change of the whole state is predicted");
        }

        if (_prior is not null && (_prior.StateSize != stateSize || _prior.ActionSize != actionSize || _prior.PositionSize != _positionSize))
        {
            throw new InvalidInputException(
                "The prior",
                $"it has {_prior.StateSize} state, {_prior.ActionSize} action and {_prior.PositionSize} position components, the transitions have {stateSize}, {actionSize} and {_positionSize}",
                "Give dynamics of the same system");
        }

        return new(stateSize, actionSize, _positionSize, _options.Angles);
    }

    // What the networks are to predict, [rows × outputs]: the last components of what s, or the prior, leaves of s'.
    private double[] Changes(Transitions transitions, int outputs, CancellationToken cancellationToken)
    {
        int stateSize = transitions.States[0].Length;
        double[] changes = new double[transitions.Count * outputs];
        double[] predicted = new double[stateSize];
        for (int row = 0; row < transitions.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            transitions.States[row].CopyTo(predicted, 0);
            _prior?.Step(0, 1, transitions.States[row], transitions.Actions[row], predicted);
            for (int j = 0; j < outputs; j++)
            {
                int component = stateSize - outputs + j;
                double change = transitions.NextStates[row][component] - predicted[component];
                changes[(row * outputs) + j] = double.IsFinite(change)
                    ? change
                    : throw new InvalidInputException(FormattableString.Invariant($"The transitions, row {row + 1}"), "the prior leaves the finite range there", "Leave the row out, or give another prior");
            }
        }

        return changes;
    }

    private (int[] Training, int[] HeldOut) Split(Transitions transitions)
    {
        // Rows, or whole episodes in the order in which they first occur.
        int[][] groups = transitions.Episodes is { } episodes
            ? [.. Enumerable.Range(0, transitions.Count).GroupBy(row => episodes[row]).Select(group => group.ToArray())]
            : [.. Enumerable.Range(0, transitions.Count).Select(row => new[] { row })];
        if (groups.Length < 2)
        {
            throw new InvalidInputException("The transitions", "all rows belong to one episode, so that none can be held out", "Give several episodes, or none");
        }

        int[] order = [.. Enumerable.Range(0, groups.Length)];
        KeyedRandom random = KeyedRandom.Create(_options.Seed, HoldOutStream);
        EnsembleMember.Shuffle(order, ref random);
        int wanted = (int)Math.Ceiling(_options.HoldOutFraction * transitions.Count);
        HashSet<int> held = [];
        for (int i = 0; i < order.Length - 1 && held.Count < wanted; i++)
        {
            held.UnionWith(groups[order[i]]);
        }

        return ([.. Enumerable.Range(0, transitions.Count).Where(row => !held.Contains(row))], [.. held.Order()]);
    }

    private int[] Rows(int member, int[] training)
    {
        if (!_options.Bootstrap)
        {
            return [.. training];
        }

        KeyedRandom random = KeyedRandom.Create(_options.Seed, BootstrapStream, (ulong)member);
        int[] rows = new int[training.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = training[random.NextIndex(training.Length)];
        }

        return rows;
    }

    private static float[] Padded(double[] matrix, Normalization normalization, int width)
    {
        int columns = normalization.Mean.Length;
        float[] padded = new float[checked(matrix.Length / columns * width)];
        for (int k = 0; k < matrix.Length; k++)
        {
            int j = k % columns;
            padded[(k / columns * width) + j] = normalization.Scale[j] == 0 ? 0 : (float)((matrix[k] - normalization.Mean[j]) / normalization.Scale[j]);
        }

        return padded;
    }

    private static DynamicsMetrics Figures(LearnedDynamics dynamics, Transitions transitions, int rows, int[] heldOut, CancellationToken cancellationToken)
    {
        int n = dynamics.StateSize;
        double[] squares = new double[n], changes = new double[n], changeSquares = new double[n];
        double[] disagreements = new double[heldOut.Length];
        double[] next = new double[n];
        for (int k = 0; k < heldOut.Length; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int row = heldOut[k];
            dynamics.Step(0, 1, transitions.States[row], transitions.Actions[row], next);
            dynamics.Disagreement(1, transitions.States[row], transitions.Actions[row], disagreements.AsSpan(k, 1));
            for (int i = 0; i < n; i++)
            {
                double error = next[i] - transitions.NextStates[row][i];
                double change = transitions.NextStates[row][i] - transitions.States[row][i];
                squares[i] += error * error;
                changes[i] += change;
                changeSquares[i] += change * change;
            }
        }

        Array.Sort(disagreements);
        double[] spread = [.. Enumerable.Range(0, n).Select(i => changeSquares[i] - (changes[i] * changes[i] / heldOut.Length))];
        return new(
            rows,
            heldOut.Length,
            [.. squares.Select(sum => Math.Sqrt(sum / heldOut.Length))],
            [.. squares.Select((sum, i) => spread[i] > 0 ? 1 - (sum / spread[i]) : double.NaN)],
            disagreements[Math.Min(disagreements.Length - 1, (int)(0.95 * disagreements.Length))]);
    }
}
