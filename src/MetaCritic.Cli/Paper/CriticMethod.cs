using MetaCritic.Models;

namespace MetaCritic.Cli.Paper;

/// <summary>A way of learning a critic that new policies are then fitted with.</summary>
/// <param name="Name">What tables and figures call it.</param>
/// <param name="Train">Trains it for a seed; critics are shared through <see cref="PaperContext.Critics"/>. The last argument takes progress: completed, total.</param>
internal sealed record CriticMethod(string Name, Func<PaperContext, int, Action<long, long>, CriticModel> Train);
