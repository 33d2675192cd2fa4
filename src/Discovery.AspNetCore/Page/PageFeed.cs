using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// Reads the state again and again, and lets any number wait for the next one. All who follow share one text, and who is slow misses what
/// was overtaken, so nothing piles up.
/// </summary>
internal sealed partial class PageFeed(PageReader reader, TimeSpan interval, int maxListeners, TimeProvider time, ILogger logger)
{
    private volatile Edition _last = new(ReadOnlyMemory<byte>.Empty);
    private int _listeners;

    public int Listeners => Volatile.Read(ref _listeners);

    public static byte[] Json(PageState state) => JsonSerializer.SerializeToUtf8Bytes(state, PageJson.Default.PageState);

    /// <summary>The state now.</summary>
    public byte[] ReadJson() => Json(reader.Read());

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var isFailing = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                // Also while nobody looks, for the changes; that costs a short lock for each target.
                var state = reader.Read();
                if (Listeners > 0)
                    Publish(Json(state));
                isFailing = false;
            }
            catch (Exception exception)
            {
                if (!isFailing)
                    LogReadFailed(logger, exception);
                isFailing = true;
            }

            await Task.Delay(interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Whether there was a place; <see cref="Leave"/> gives it back.</returns>
    public bool TryJoin()
    {
        if (Interlocked.Increment(ref _listeners) <= maxListeners)
            return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _listeners);

    /// <summary>Gives each text to a follower until that can't take more or the token is cancelled.</summary>
    public async Task FollowAsync(Func<ReadOnlyMemory<byte>, Task> send, CancellationToken cancellationToken)
    {
        // Before the first is sent: what is published meanwhile is not missed.
        var seen = _last;
        await send(ReadJson()).ConfigureAwait(false);
        while (true)
        {
            await seen.Overtaken.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            seen = _last;
            await send(seen.Json).ConfigureAwait(false);
        }
    }

    private void Publish(byte[] json)
    {
        var before = _last;
        _last = new Edition(json);
        before.Overtaken.SetResult();
    }

    private sealed class Edition(ReadOnlyMemory<byte> json)
    {
        public ReadOnlyMemory<byte> Json => json;

        public TaskCompletionSource Overtaken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
