namespace Interceptors.Client;

/// <summary>
/// Keeps one token: whoever asks gets it while it is valid. One fetch at a time, on behalf of all who wait and ended by none of them; in the
/// background while the old token is still valid, which stays if the fetch fails. After a failure the next fetch waits.
/// </summary>
/// <param name="fetch">Gets the next token; fails with <see cref="TokenUnavailableException"/>.</param>
/// <param name="timeLimit">How long it may take.</param>
/// <param name="backoff">How long to wait after a failure, given how many there were in a row.</param>
/// <param name="time">The clock.</param>
/// <param name="report">Told of failures and of their end (null).</param>
internal sealed class TokenCache(
    Func<CancellationToken, Task<CachedToken>> fetch,
    TimeSpan timeLimit,
    Func<int, TimeSpan> backoff,
    TimeProvider time,
    Action<string?> report)
{
    private readonly Lock _lock = new();
    private volatile CachedToken? _current;
    private Task<AccessToken>? _fetching;
    private long _notBefore;
    private DateTimeOffset _nextDrop;
    private TokenUnavailableException? _failure;
    private int _failures;

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
    /// Drops the token if it is the current one. After a drop the next one waits as after a failure: a server that refuses every token must not
    /// make of each call a fetch.
    /// </summary>
    public void Invalidate(AccessToken token)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_current is not { } current || !current.Token.IsSame(token) || now < _nextDrop)
                return;
            _current = null;
            _nextDrop = now + backoff(1);
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
        ThreadPool.UnsafeQueueUserWorkItem(static fetch => _ = fetch.self.FetchAsync(fetch.result), (self: this, result), preferLocal: false);
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
            failure = new TokenUnavailableException($"there was no answer within {timeLimit}");
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
            changed = (_failures > 0) != (failure is not null);
            _failures = failure is null ? 0 : _failures + 1;
            _failure = failure;
            if (fetched is not null)
                _current = fetched;
            else
                Volatile.Write(ref _notBefore, (time.GetUtcNow() + backoff(_failures)).UtcTicks);
        }
        if (changed)
            report(failure?.Message);
    }

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
        result.SetException(new TokenUnavailableException(failure.Message));
        _ = result.Task.Exception;
    }
}
