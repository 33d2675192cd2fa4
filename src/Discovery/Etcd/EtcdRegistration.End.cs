using Grpc.Core;

namespace Interceptors.Discovery;

internal sealed partial class EtcdRegistration
{
    private async Task DeregisterAsync()
    {
        await _loop.StopAsync().ConfigureAwait(false);
        using var bound = new CancellationTokenSource(_client.Options.RequestTimeout);
        try
        {
            if (_lease != 0)
                await RevokeAsync(bound.Token).ConfigureAwait(false);
            LogDeregistered(_logger, _key);
        }
        catch (EtcdException e) when (e.StatusCode == StatusCode.NotFound)
        {
            // The lease had run out already, and the key with it.
            LogDeregistered(_logger, _key);
        }
        catch (Exception e)
        {
            // Whoever stops a server must not be kept from it by etcd.
            LogLeft(_logger, _key, _ttl.TotalSeconds, e.Message);
        }
        finally
        {
            _status.Set(RegistrationState.Stopped);
            _onDisposed(this);
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
            catch (EtcdException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                await Task.Delay(_backoff.Next(), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (cancellationToken.IsCancellationRequested)
                    throw;
            }
        }
    }
}
