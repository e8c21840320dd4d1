using MetaCritic.Dynamics;
using MetaCritic.Files;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Learning;

/// <summary>Rolls policies or random actions out in an environment and notes every transition.</summary>
/// <remarks>What an episode does depends on the seed and its index alone, not on how many there are.</remarks>
public static class TransitionCollector
{
    // Which random numbers are meant; the second key after the seed.
    private const ulong EpisodeStream = 31;
    private const ulong NetworkStream = 32;

    // The output of a network with random weights is about this much smaller than 1.
    private const double NetworkGain = 5;

    /// <summary>Collects one episode from each copy of an environment.</summary>
    /// <param name="environment">The environment; each copy begins in its start state.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="progress">Is told of each control step.</param>
    /// <param name="cancellationToken">Ends the work between two control steps.</param>
    /// <returns>Transitions of all episodes, one episode after the other. An episode that leaves the finite range ends before it does.</returns>
    /// <exception cref="InvalidInputException">An option is out of its range, or a policy does not fit the environment.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static Transitions Collect(IEnvironment environment, TransitionCollectorOptions? options = null, IProgress<TransitionCollectorProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        options ??= new();
        options.Validate();
        int count = environment.Count, stateSize = environment.StateSize, actionSize = environment.ActionSize;
        Behaviour[] behaviours = [.. Enumerable.Range(0, count).Select(episode => new Behaviour(episode, environment, options))];
        double[] states = new double[count * stateSize], next = new double[count * stateSize], actions = new double[count * actionSize];
        List<(double[] State, double[] Action, double[] Next)>[] episodes = [.. behaviours.Select(_ => new List<(double[], double[], double[])>(options.Horizon))];
        bool[] ended = new bool[count];
        environment.Reset(states);
        for (int t = 0; t < options.Horizon; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int b = 0; b < count; b++)
            {
                double[] state = Column(states, b, count, stateSize);
                double[] action = new double[actionSize];
                if (!ended[b])
                {
                    behaviours[b].Act(state, action);
                }

                for (int i = 0; i < actionSize; i++)
                {
                    actions[(i * count) + b] = action[i];
                }
            }

            environment.Step(actions, next);
            for (int b = 0; b < count; b++)
            {
                double[] reached = Column(next, b, count, stateSize);
                ended[b] |= !reached.All(x => Math.Abs(x) <= PolicyRollouts<float>.DivergenceLimit);
                if (!ended[b])
                {
                    episodes[b].Add((Column(states, b, count, stateSize), Column(actions, b, count, actionSize), reached));
                }
            }

            (states, next) = (next, states);
            progress?.Report(new(t + 1, options.Horizon));
        }

        return new()
        {
            States = [.. episodes.SelectMany(rows => rows.Select(row => row.State))],
            Actions = [.. episodes.SelectMany(rows => rows.Select(row => row.Action))],
            NextStates = [.. episodes.SelectMany(rows => rows.Select(row => row.Next))],
            Episodes = [.. episodes.SelectMany((rows, episode) => rows.Select(_ => (long)episode))],
        };
    }

    /// <summary><see cref="Collect"/> on a background thread: for applications with a user interface.</summary>
    /// <param name="environment">The environment; it is stepped on the background thread.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="progress">Is told of each control step.</param>
    /// <param name="cancellationToken">Ends the work between two control steps.</param>
    /// <returns>Transitions of all episodes, one episode after the other.</returns>
    /// <remarks>
    /// A <see cref="Progress{T}"/> reports on the caller's context, for example a window's thread; another <see cref="IProgress{T}"/> is called on
    /// the background thread. What <see cref="Collect"/> throws arrives through the task; a cancellation leaves it cancelled.
    /// </remarks>
    public static Task<Transitions> CollectAsync(
        IEnvironment environment, TransitionCollectorOptions? options = null, IProgress<TransitionCollectorProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Background.Run(() => Collect(environment, options, progress, cancellationToken), cancellationToken);

    private static double[] Column(double[] matrix, int column, int count, int size)
    {
        double[] values = new double[size];
        for (int i = 0; i < size; i++)
        {
            values[i] = matrix[(i * count) + column];
        }

        return values;
    }

    // What one episode does: a given policy with noise, or a random network, or noise alone.
    private sealed class Behaviour
    {
        private readonly PolicyModel? _policy;
        private readonly double _gain;
        private readonly double _noise;
        private readonly double _memory;
        private readonly double[] _smooth;
        private KeyedRandom _random;

        public Behaviour(int episode, IEnvironment environment, TransitionCollectorOptions options)
        {
            _random = KeyedRandom.Create(options.Seed, EpisodeStream, (ulong)episode);
            _memory = Math.Exp(-1 / options.Correlation);
            _smooth = new double[environment.ActionSize];
            for (int i = 0; i < _smooth.Length; i++)
            {
                _smooth[i] = _random.NextNormal();
            }

            double amplitude = options.Amplitude * Math.Pow(30, -_random.NextDouble());
            if (options.Policies.Count > 0)
            {
                _policy = options.Policies[episode % options.Policies.Count];
                (_gain, _noise) = (1, options.Noise);
                if (_policy.Network.InputSize != environment.StateSize || _policy.Network.OutputSize != environment.ActionSize)
                {
                    throw new InvalidInputException(
                        FormattableString.Invariant($"The policy {episode % options.Policies.Count}"),
                        FormattableString.Invariant($"it has {_policy.Network.InputSize} inputs and {_policy.Network.OutputSize} outputs"),
                        FormattableString.Invariant($"{environment.StateSize} and {environment.ActionSize} are needed"));
                }
            }
            else if (episode % 2 == 0)
            {
                _policy = RandomPolicy(environment, KeyedRandom.Create(options.Seed, NetworkStream, (ulong)episode));
                (_gain, _noise) = (NetworkGain * amplitude, 0.1 * amplitude);
            }
            else
            {
                _noise = amplitude;
            }
        }

        public void Act(double[] state, double[] action)
        {
            _policy?.Act(state, action);
            for (int i = 0; i < action.Length; i++)
            {
                // Ornstein and Uhlenbeck: variance 1 at all times.
                action[i] = (_gain * action[i]) + (_noise * _smooth[i]);
                _smooth[i] = (_memory * _smooth[i]) + (Math.Sqrt(1 - (_memory * _memory)) * _random.NextNormal());
            }
        }

        private static unsafe PolicyModel RandomPolicy(IEnvironment environment, KeyedRandom random)
        {
            MetaTrainingOptions defaults = new();
            MlpLayout layout = new(new([environment.StateSize, .. defaults.PolicyHidden, environment.ActionSize], defaults.PolicyActivation));
            using AlignedBuffer<float> padded = new(layout.Length);
            Initialization.Uniform(layout, random, padded.Pointer);
            float[] parameters = new float[layout.Shape.ParameterCount];
            layout.Export(padded.Pointer, parameters.AsSpan());
            return new()
            {
                Network = layout.Shape,
                Parameters = parameters,
                PositionSize = 1,
                PositionScale = 1,
                VelocityScale = 1,
                Goal = [0],
                ProductVersion = ProductInfo.Version,
            };
        }
    }
}
