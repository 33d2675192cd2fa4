namespace Interceptors.Server;

/// <summary>Waits for a cancellation that Kestrel has started but that the call does not show yet.</summary>
/// <remarks>
/// A caller that goes away breaks the request stream a moment before the call counts as cancelled. Reading the stream then fails as if the
/// server were at fault.
/// </remarks>
internal static class PendingCancellation
{
    // Kestrel starts the cancellation before it breaks the stream, so this is ample once it has come to it.
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until the call is cancelled, but not for long: an exception of this kind need not come from the caller.</summary>
    public static async Task LetArriveAsync(CancellationToken cancellationToken)
    {
        // The cancellation waits in the thread pool's queue, which is long on a busy machine; timers overtake it.
        await Task.Factory.StartNew(
            static () => { }, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default).ConfigureAwait(false);
        await Task.Delay(Delay, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
