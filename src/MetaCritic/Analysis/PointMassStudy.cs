using MetaCritic.Dynamics;
using MetaCritic.Learning;
using MetaCritic.Models;
using MetaCritic.Networks;
using MetaCritic.Tasks;

namespace MetaCritic.Analysis;

/// <summary>θ of one policy as one meta-iteration left it.</summary>
/// <param name="Iteration">The meta-iteration, from 0.</param>
/// <param name="Start">Index of its start state.</param>
/// <param name="Theta">θ.</param>
public sealed record VisitedPolicy(int Iteration, int Start, IReadOnlyList<double> Theta);

/// <summary>
/// The illustration of Section 4.2: a critic of the point mass meta-learned on one goal, and Q learned supervised, by the same
/// network from the same roll-outs, or from roll-outs of its own.
/// </summary>
public sealed class PointMassStudy
{
    private const ulong BatchStream = 5;
    private const ulong PolicyStream = 6;

    private PointMassStudy(PointMassOptions options, CriticModel learned, CriticModel supervised, CriticModel onPolicy, IReadOnlyList<VisitedPolicy> visited)
    {
        Options = options;
        Learned = learned;
        Supervised = supervised;
        OnPolicy = onPolicy;
        Visited = visited;
    }

    /// <summary>The settings.</summary>
    public PointMassOptions Options { get; }

    /// <summary>The meta-learned critic (Algorithm 2).</summary>
    public CriticModel Learned { get; }

    /// <summary>Q learned supervised from every roll-out that meta-training made (Eq. 2).</summary>
    public CriticModel Supervised { get; }

    /// <summary>Q learned supervised from roll-outs of policies that follow it, drawn anew as often as those of meta-training (Algorithm 1).</summary>
    public CriticModel OnPolicy { get; }

    /// <summary>The policies visited during meta-training.</summary>
    public IReadOnlyList<VisitedPolicy> Visited { get; }

    /// <summary>Trains all three.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="progress">Is told of meta-iterations, and then of the updates of supervised Q in the same unit: completed, total.</param>
    /// <param name="cancellationToken">Ends the work within one iteration.</param>
    /// <exception cref="InvalidInputException">A setting is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static PointMassStudy Train(PointMassOptions options, ulong seed, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        MetaTrainingOptions training = TrainingOptions(options, seed);
        TrainingGoals goals = new()
        {
            Goals = [.. options.StartStates.Select(_ => options.TrainingGoal.ToArray())],
            StartStates = [.. options.StartStates.Select(start => start.ToArray())],
        };
        List<VisitedPolicy> visited = [];
        List<double> rollouts = []; // per roll-out: start state, θ
        int total = 3 * training.Iterations;
        using MetaTrainer trainer = new(new PointMass(options.TrainingGoal.Count), goals, training, options.ThetaRange);
        while (trainer.Iteration < training.Iterations)
        {
            trainer.Step(cancellationToken);
            Record(trainer, options, visited, rollouts);
            progress?.Invoke(trainer.Iteration, total);
        }

        CriticModel supervised = TrainFromData(options, training, goals, rollouts, done => progress?.Invoke(training.Iterations + done, total), cancellationToken);
        CriticModel onPolicy = TrainOnPolicy(options, training, goals, done => progress?.Invoke((2 * training.Iterations) + done, total), cancellationToken);
        return new(options, trainer.CreateCritic(), supervised, onPolicy, visited);
    }

    private static MetaTrainingOptions TrainingOptions(PointMassOptions options, ulong seed) => new()
    {
        Iterations = options.Iterations,
        Seed = seed,
        Threads = options.Threads,
        Horizon = options.Horizon,
        PolicyLearningRate = options.PolicyLearningRate,
        PoliciesPerGoal = Math.Max(1, options.Policies / options.StartStates.Count),
        PolicyLifetime = options.PolicyLifetime,
        TaskLoss = TaskLossKind.FinalState,
        VelocityWeight = 0,
        CriticInput = options.CriticInput,
        CriticHidden = options.CriticHidden,
        PolicyHidden = [],
        PositionScale = options.PositionScale,
    };

    private static void Record(MetaTrainer trainer, PointMassOptions options, List<VisitedPolicy> visited, List<double> rollouts)
    {
        for (int p = 0; p < trainer.Policies.Count; p++)
        {
            // Both roll-outs of a meta-iteration are data: of θ (Alg. 2, line 6) and of θ⁺ (line 9).
            foreach (bool updated in (ReadOnlySpan<bool>)[false, true])
            {
                double[] theta = [.. trainer.Policies.ConstantPolicy(p, updated)];
                double[] start = trainer.Policies.StartState(p).ToArray();
                rollouts.AddRange(start);
                rollouts.AddRange(theta);
                if (updated)
                {
                    visited.Add(new(trainer.Iteration - 1, options.StartStates.TakeWhile(s => !s.SequenceEqual(start)).Count(), theta));
                }
            }
        }
    }

    private static CriticModel TrainFromData(
        PointMassOptions options, MetaTrainingOptions training, TrainingGoals goals, List<double> data, Action<int> report, CancellationToken cancellationToken)
    {
        using SupervisedQ q = new(training, [.. options.TrainingGoal], options.Policies);
        double[] batch = new double[options.Policies * 2 * options.TrainingGoal.Count];
        for (int iteration = 0; iteration < training.Iterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Update(q, options, training, iteration, data, batch);
            report(iteration + 1);
        }

        return q.CreateCritic(goals);
    }

    // Algorithm 1. Policies live as long as those of meta-training, so that the data are as varied.
    private static CriticModel TrainOnPolicy(
        PointMassOptions options, MetaTrainingOptions training, TrainingGoals goals, Action<int> report, CancellationToken cancellationToken)
    {
        using SupervisedQ q = new(training, [.. options.TrainingGoal], options.Policies);
        int dimensions = options.TrainingGoal.Count;
        double[] batch = new double[options.Policies * 2 * dimensions];
        double[][] policies = new double[options.Policies][];
        double[] gradient = new double[dimensions];
        double[] goal = [.. options.TrainingGoal];
        double alpha = PointMassCosts.OptimalStep(options.Horizon) / 2;
        List<double> data = [];
        for (int iteration = 0; iteration < training.Iterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PolicyCost cost = PointMassCosts.Of(q.CreateCritic(goals), options.Horizon);
            for (int p = 0; p < policies.Length; p++)
            {
                double[] start = [.. options.StartStates[p % options.StartStates.Count]];
                if (iteration == 0 || (iteration + p) % options.PolicyLifetime == 0 || policies[p].Any(x => !(Math.Abs(x) <= 3 * options.ThetaRange)))
                {
                    policies[p] = Draw(options, training.Seed, iteration, p);
                }

                data.AddRange(start); // Alg. 1, lines 4-5
                data.AddRange(policies[p]);
                cost(start, goal, policies[p], gradient);
                for (int i = 0; i < dimensions; i++)
                {
                    policies[p][i] -= alpha * gradient[i]; // line 9
                }
            }

            Update(q, options, training, iteration, data, batch); // lines 6-7
            report(iteration + 1);
        }

        return q.CreateCritic(goals);
    }

    private static void Update(SupervisedQ q, PointMassOptions options, MetaTrainingOptions training, int iteration, List<double> data, double[] batch)
    {
        double done = (double)iteration / training.Iterations;
        double eta = training.CriticLearningRate * (done < 0.5 ? 1 : Math.Max(training.FinalLearningRateFraction, 2 * (1 - done))); // as meta-training's
        int size = 2 * options.TrainingGoal.Count;
        for (int update = 0; update < options.SupervisedUpdates; update++)
        {
            KeyedRandom random = KeyedRandom.Create(training.Seed, BatchStream, (ulong)((iteration * options.SupervisedUpdates) + update));
            for (int b = 0; b < batch.Length; b += size)
            {
                int row = (int)(random.NextDouble() * (data.Count / size));
                data.CopyTo(row * size, batch, b, size);
            }

            q.Update(batch, eta);
        }
    }

    private static double[] Draw(PointMassOptions options, ulong seed, int iteration, int p)
    {
        KeyedRandom random = KeyedRandom.Create(seed, PolicyStream, (ulong)iteration, (ulong)p);
        double[] theta = new double[options.TrainingGoal.Count];
        for (int i = 0; i < theta.Length; i++)
        {
            theta[i] = options.ThetaRange * ((2 * random.NextDouble()) - 1);
        }

        return theta;
    }
}
