using Grpc.Core;
using Interceptors.Discovery.Etcd.Protocol;

namespace Interceptors.Discovery;

internal sealed partial class EtcdRegistration
{
    private bool _mayBePut;

    /// <summary>
    /// Puts the key unless it stands as it should, so that a repair that changes nothing is seen by nobody. While it hangs on another
    /// lease it is left alone: etcd removes it when that lease ends, and then it is put.
    /// </summary>
    /// <returns>The revision at which the key was right; null if another held it, which may be over now.</returns>
    private async Task<long?> EnsureKeyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await _client.GetAsync(_key, cancellationToken).ConfigureAwait(false);
            var kv = found.Kvs.SingleOrDefault();
            if (kv is not null && IsOwn(kv))
                return found.Header.Revision;
            // A key without a lease is what somebody has typed; no process holds it. One under the lease that has ended here is about to
            // go. One with this very address is that of a process that was here before: only one at a time can listen there.
            if (kv is null || kv.Lease == 0 || kv.Lease == _lease || kv.Lease == _endedLease || IsLeftBehind(kv))
            {
                if (await TryPutAsync(kv?.ModRevision ?? 0, cancellationToken).ConfigureAwait(false) is { } revision)
                    return revision;
                continue;
            }

            OnHeld(kv);
            await WaitUntilReleasedAsync(found.Header.Revision, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <returns>The revision of the key; null if it has been touched since it was looked at.</returns>
    private async Task<long?> TryPutAsync(long modRevision, CancellationToken cancellationToken)
    {
        try
        {
            _mayBePut = true;
            var put = await _client.PutUnchangedAsync(_key, _value, _lease, modRevision, cancellationToken).ConfigureAwait(false);
            return put.Succeeded ? put.Header.Revision : null;
        }
        catch (EtcdException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            ForgetLease();
            throw;
        }
    }

    /// <summary>Waits for any change of the key, not longer than the own lease may go without a sign of life.</summary>
    private async Task WaitUntilReleasedAsync(long revision, CancellationToken cancellationToken)
    {
        using var watch = await _client.WatchKeyAsync(_key, revision + 1, cancellationToken).ConfigureAwait(false);
        using var beat = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        beat.CancelAfter(_ttl / 3);
        try
        {
            await WaitForChangeAsync(watch, beat.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time for a sign of life.
        }
    }

    /// <summary>
    /// At the first try only: if a process that is registered loses its key to one with the same address, the later one keeps it, and they
    /// don't take it from each other for ever.
    /// </summary>
    private bool IsLeftBehind(KeyValue kv) => !_mayBePut && HolderOf(kv) == Instance.Endpoint.Address;

    private string? HolderOf(KeyValue kv) =>
        _format.Read(Instance.Service, kv.Value).Endpoints is [var endpoint, ..] ? endpoint.Address : null;

    private void OnHeld(KeyValue kv)
    {
        var holder = HolderOf(kv) ?? "another process";
        var reason = holder == Instance.Endpoint.Address
            ? $"a later process with the same address {holder} holds the key under {EtcdCalls.LeaseName(kv.Lease)}, which lives. Give each "
                + "the address under which it is reached (ServiceRegistrationOptions.AdvertisedHost, AdvertisedPort) and an id of its own, "
                + "or stop that process: this one is registered when that lease has ended"
            : $"{holder} holds the key under {EtcdCalls.LeaseName(kv.Lease)}, which lives. Give each instance an id of its own "
                + "(ServiceRegistrationOptions.Id), or stop that process: this one is registered when that lease has ended";
        if (Problem != reason)
            LogHeld(_logger, _key, reason);
        _status.Set(State == RegistrationState.Registering ? RegistrationState.Registering : RegistrationState.Repairing, reason);
    }
}
