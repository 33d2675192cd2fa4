using Grpc.Core;

namespace Interceptors.Discovery;

internal sealed partial class EtcdRegistration
{
    private static readonly TimeSpan InDoubtPause = TimeSpan.FromMilliseconds(100);

    private async Task DeregisterAsync()
    {
        await _loop.StopAsync().ConfigureAwait(false);
        if (_mayBePut)
            await RemoveAsync().ConfigureAwait(false);
        else
            await EndLeaseInDoubtAsync().ConfigureAwait(false);
        _status.Set(RegistrationState.Stopped);
        _told.Complete();
        _done.Complete();
        _onDisposed(this);
    }

    private async Task RemoveAsync()
    {
        using var bound = new CancellationTokenSource(_client.Options.RequestTimeout);
        try
        {
            if (_lease != 0)
                await RevokeAsync(bound.Token).ConfigureAwait(false);
            LogDeregistered(_logger, _key);
        }
        catch (EtcdException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            // The lease had run out already, and the key with it.
            LogDeregistered(_logger, _key);
        }
        catch (Exception exception)
        {
            // Whoever stops a server must not be kept from it by etcd.
            LogLeft(_logger, _key, _ttl.TotalSeconds, exception.Message);
        }
    }

    /// <summary>
    /// There is no key, but there may be a lease, whose answer was not waited for. It harms nobody until it ends, so little time is spent
    /// on it; twice, because the request for it may still be on its way the first time.
    /// </summary>
    private async Task EndLeaseInDoubtAsync()
    {
        LogNeverRegistered(_logger, _key);
        if (_lease == 0)
            return;
        using var bound = new CancellationTokenSource(_client.Options.MemberTimeout);
        for (var attempt = 0; attempt < 2 && !bound.IsCancellationRequested; attempt++)
        {
            try
            {
                await _client.RevokeLeaseAsync(_lease, bound.Token).ConfigureAwait(false);
                return;
            }
            catch (Exception)
            {
                await Task.Delay(InDoubtPause, bound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>
    /// Revoking removes the key and the lease in one step, and never a key that an instance with the same id, started meanwhile, has
    /// made its own: that one hangs on another lease. Tried again while etcd is away, because a key that stays leads clients to a
    /// server that has stopped.
    /// </summary>
    private async Task RevokeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                _backoff.AttemptStarts();
                await _client.RevokeLeaseAsync(_lease, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (EtcdException exception) when (exception.IsMembersTrouble)
            {
                await Task.Delay(_backoff.Next(), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (cancellationToken.IsCancellationRequested)
                    throw;
            }
        }
    }
}
