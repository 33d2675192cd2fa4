using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

/// <summary>
/// Caches one token for all callers. One fetch runs at a time, for all who wait; a caller that gives up does not end it. While the old
/// token is valid, the fetch runs in the background, and the old token stays if it fails. After a failure the next fetch waits.
/// </summary>
/// <param name="name">The source, as logs name it.</param>
/// <param name="fetch">Gets the next token; fails with <see cref="TokenUnavailableException"/>.</param>
/// <param name="timeLimit">How long it may take.</param>
/// <param name="pauses">The pauses after failures.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of the first failure and of its end. Reasons hold no secrets.</param>
internal sealed partial class TokenCache(
    string name,
    Func<CancellationToken, Task<CachedToken>> fetch,
    TimeSpan timeLimit,
    TokenPauses pauses,
    TimeProvider time,
    ILogger logger)
{
    private readonly Lock _lock = new();
    private volatile CachedToken? _current;
    private Task<AccessToken>? _fetching;
    private long _notBefore;
    private DateTimeOffset _nextDrop;
    private TokenUnavailableException? _failure;
    private Backoff? _afterFailure;
    private Backoff? _afterDrop;

    public ValueTask<AccessToken> GetAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_current is { } current && now < current.ExpiresAt)
        {
            if (now >= current.RefreshAt && now.UtcTicks >= Volatile.Read(ref _notBefore))
                _ = Fetch(now);
            return new ValueTask<AccessToken>(current.Token);
        }
        return new ValueTask<AccessToken>(Fetch(now).WaitAsync(cancellationToken));
    }

    /// <summary>
    /// Drops the token if it is the current one. Drops back off as failures do, so that a server that refuses every token does not turn
    /// each call into a fetch.
    /// </summary>
    public void Invalidate(AccessToken token)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_current is not { } current || !current.Token.IsSame(token) || now < _nextDrop)
                return;
            _current = null;
            _afterDrop ??= NewBackoff();
            _nextDrop = now + _afterDrop.Next();
            _afterDrop.AttemptStarts();
        }
    }

    private Task<AccessToken> Fetch(DateTimeOffset now)
    {
        TaskCompletionSource<AccessToken> result;
        lock (_lock)
        {
            if (_fetching is { } running)
                return running;
            // Another fetch may have ended since the caller looked.
            if (_current is { } current && now < current.RefreshAt)
                return Task.FromResult(current.Token);
            if (now.UtcTicks < _notBefore)
                return Failed(_failure!);
            result = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _fetching = result.Task;
        }
        // In nobody's context: neither the activity nor the incoming call of whoever asked.
        ThreadPool.UnsafeQueueUserWorkItem(
            static fetch => _ = fetch.self.FetchAsync(fetch.result), (self: this, result), preferLocal: false);
        return result.Task;
    }

    private async Task FetchAsync(TaskCompletionSource<AccessToken> result)
    {
        CachedToken? fetched = null;
        TokenUnavailableException? failure = null;
        try
        {
            using var limit = new CancellationTokenSource(timeLimit, time);
            fetched = await fetch(limit.Token).Observed().WaitAsync(limit.Token).ConfigureAwait(false);
            if (fetched.ExpiresAt <= time.GetUtcNow())
                failure = new TokenUnavailableException($"the new token has ended already, at {fetched.ExpiresAt:O}");
        }
        catch (TokenUnavailableException exception)
        {
            failure = exception;
        }
        catch (OperationCanceledException)
        {
            failure = new TokenUnavailableException($"there was no answer within {timeLimit}", StatusCode.Unavailable);
        }
        catch (Exception exception)
        {
            failure = new TokenUnavailableException($"fetching failed with {exception.GetType().Name}");
        }
        Take(failure is null ? fetched : null, failure);
        if (failure is null)
            result.SetResult(fetched!.Token);
        else
            Fail(result, failure);
    }

    private void Take(CachedToken? fetched, TokenUnavailableException? failure)
    {
        bool changed;
        lock (_lock)
        {
            _fetching = null;
            changed = (_afterFailure is null) != (failure is null);
            _failure = failure;
            if (failure is null)
            {
                _afterFailure = null;
                _current = fetched;
            }
            else
            {
                _afterFailure ??= NewBackoff();
                Volatile.Write(ref _notBefore, (time.GetUtcNow() + pauses.Bounded(_afterFailure.Next(), failure.RetryAfter)).UtcTicks);
                _afterFailure.AttemptStarts();
            }
        }
        if (!changed)
            return;
        if (failure is null)
            LogRecovered(logger, name);
        else
            LogFailed(logger, name, failure.Message);
    }

    private Backoff NewBackoff() => new(pauses.First, pauses.Longest, time);

    private static Task<AccessToken> Failed(TokenUnavailableException failure)
    {
        var result = new TaskCompletionSource<AccessToken>();
        Fail(result, failure);
        return result.Task;
    }

    /// <summary>In the background nobody looks at the task.</summary>
    private static void Fail(TaskCompletionSource<AccessToken> result, TokenUnavailableException failure)
    {
        // Each its own: an exception that many throw at once garbles its stack trace.
        result.SetException(new TokenUnavailableException(failure.Message, failure.StatusCode));
        _ = result.Task.Exception;
    }
}
