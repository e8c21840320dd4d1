namespace MetaCritic;

/// <summary>Long calls on a thread of their own, for callers that must not wait.</summary>
internal static class Background
{
    /// <summary>Runs a call.</summary>
    /// <param name="call">The call, which takes the token.</param>
    /// <param name="cancellationToken">The token: a call that it ends leaves a cancelled task; one that it forestalls is not begun.</param>
    /// <returns>Its result; whatever it throws arrives here.</returns>
    public static Task<T> Run<T>(Func<T> call, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(call, cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
