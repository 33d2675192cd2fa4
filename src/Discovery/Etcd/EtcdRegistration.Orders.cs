using Grpc.Core;

namespace Interceptors.Discovery;

internal sealed partial class EtcdRegistration
{
    private readonly LatestValue<Told> _told = new();
    private readonly LatestValue<Told> _done = new();
    private readonly Lock _telling = new();
    private InstanceOrder _order = InstanceOrder.None;
    private long _orderReadAt;
    private bool _mayReadOrders = true;

    public async Task UpdateAsync(IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        long version;
        lock (_telling)
        {
            var before = _told.Value!;
            version = before.Version + 1;
            _told.Publish(new Told(before.Instance.With(metadata), version));
        }

        await foreach (var done in _done.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (done.Version >= version)
                return;
        }

        throw new InvalidOperationException($"The registration of {Instance} was stopped before it was updated.");
    }

    /// <summary>Reads what an operator wants, if there is a place for it and the user may read it.</summary>
    private async Task TakeOrderAsync(CancellationToken cancellationToken)
    {
        if (_client.Options.ControlPrefix.Length == 0)
            return;
        try
        {
            var found = await _client.GetAsync(_orderKey, cancellationToken).ConfigureAwait(false);
            (_orderReadAt, _mayReadOrders) = (found.Header.Revision, true);
            var order = found.Kvs is [var kv] ? InstanceOrder.TryRead(kv.Value) : InstanceOrder.None;
            if (order is null)
                LogOrderUnreadable(_logger, _orderKey);
            else if (!order.IsEmpty && !order.IsPaused && !order.Write().Equals(_order.Write()))
                LogOrderTaken(_logger, _key, _orderKey);
            _order = order ?? _order;
        }
        catch (EtcdException exception) when (exception.StatusCode == StatusCode.PermissionDenied)
        {
            if (_mayReadOrders)
                LogOrdersRefused(_logger, _key, _orderKey);
            (_order, _mayReadOrders) = (InstanceOrder.None, false);
        }
    }

    /// <summary>Gives the key back and waits until something else is wanted.</summary>
    private async Task StayOutAsync(CancellationToken cancellationToken)
    {
        if (_lease != 0)
        {
            try
            {
                await _client.RevokeLeaseAsync(_lease, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdException exception) when (exception.StatusCode == StatusCode.NotFound)
            {
                // It had run out.
            }

            ForgetLease();
        }

        _mayBePut = false;
        using var orders = await _client.WatchKeyAsync(_orderKey, _orderReadAt + 1, cancellationToken).ConfigureAwait(false);
        if (State != RegistrationState.Paused)
            LogPaused(_logger, _key, _orderKey);
        _status.Set(RegistrationState.Paused, $"paused by key {_orderKey}; discovery resume {Instance.Service} {Instance.Id} ends that");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await EndWithFirstAsync([WaitForOrderAsync(orders, stop.Token), WaitUntilToldAsync(stop.Token)], stop).ConfigureAwait(false);
    }

    private async Task<EtcdWatch?> WatchOrdersAsync(CancellationToken cancellationToken) =>
        _mayReadOrders && _client.Options.ControlPrefix.Length > 0
            ? await _client.WatchKeyAsync(_orderKey, _orderReadAt + 1, cancellationToken).ConfigureAwait(false)
            : null;

    private static async Task WaitForOrderAsync(EtcdWatch? orders, CancellationToken cancellationToken)
    {
        if (orders is null)
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        else
            await WaitForChangeAsync(orders, cancellationToken).ConfigureAwait(false);
    }

    private async Task WaitUntilToldAsync(CancellationToken cancellationToken)
    {
        var version = _done.Value?.Version;
        await foreach (var told in _told.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (told.Version != version)
                return;
        }
    }

    private static async Task WaitForChangeAsync(EtcdWatch watch, CancellationToken cancellationToken)
    {
        while ((await watch.ReadAsync(cancellationToken).ConfigureAwait(false)).Count == 0)
        {
        }
    }

    /// <summary>Waits for the first of several, stops the others, and says how it ended.</summary>
    private static async Task EndWithFirstAsync(Task[] tasks, CancellationTokenSource stop)
    {
        var first = await Task.WhenAny(tasks).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    /// <summary>What the process wants to be registered; a later one has a higher version.</summary>
    private sealed record Told(ServiceInstance Instance, long Version);
}
