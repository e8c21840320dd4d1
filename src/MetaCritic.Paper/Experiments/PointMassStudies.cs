using MetaCritic.Analysis;
using MetaCritic.Tasks;

namespace MetaCritic.Paper.Experiments;

/// <summary>The point mass of Section 4.2, trained once for the items that show it.</summary>
internal static class PointMassStudies
{
    /// <summary>The training goal and two unseen ones.</summary>
    public static IReadOnlyList<(string Name, double[] Goal)> Goals { get; } = [("training goal", [1, 1]), ("unseen goal 1", [-1, 1]), ("unseen goal 2", [1.5, -0.5])];

    /// <summary>Unseen goals drawn evenly from ±1.5 m, after all settings had been fixed; nothing was chosen on them.</summary>
    /// <param name="context">Effort.</param>
    public static IReadOnlyList<(string Name, double[] Goal)> DrawnGoals(PaperContext context) =>
        [.. GoalSampling.Uniform(2, context.Pick(20, 2), -1.5, 1.5, seed: 20_260_101).Select((goal, i) => (FormattableString.Invariant($"drawn goal {i + 1}"), goal))];

    /// <summary>Settings: the paper's two start states; the input's scale as it is here; unscaled; and with four start states more.</summary>
    /// <param name="context">Effort.</param>
    public static IReadOnlyList<(string Name, PointMassOptions Options)> Variants(PaperContext context)
    {
        PointMassOptions options = new()
        {
            Threads = context.Threads,
            Iterations = context.Pick(1000, 60),
            CriticHidden = context.Pick<int[]>([400, 400], [32, 32]),
        };
        return
        [
            (Main, options),
            ("input not scaled", options with { PositionScale = 1 }),
            ("input not scaled, six start states", options with { PositionScale = 1, StartStates = [.. options.StartStates, [1, 1], [1, -1], [-1, 1], [-1, -1]] }),
        ];
    }

    /// <summary>Name of the setting that the figures show.</summary>
    public const string Main = "two start states";

    /// <summary>Trains a variant, or gives what another item trained; one part of the item's work.</summary>
    /// <param name="context">Progress and what is shared.</param>
    /// <param name="variant">The setting.</param>
    /// <param name="seed">The seed.</param>
    public static PointMassStudy Train(PaperContext context, (string Name, PointMassOptions Options) variant, int seed) =>
        context.Part(progress => context.Critics.Share(
            FormattableString.Invariant($"point mass, {variant.Name}, seed {seed}"),
            () => PointMassStudy.Train(variant.Options, (ulong)seed, (completed, total) => progress(completed, total), context.CancellationToken)));
}
