using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Interceptors.Discovery.Etcd.Protocol;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// Keeps one instance in etcd: lease, key, keepalive. When any of it fails, the same lease is revived first, because it
/// outlives its clock (an etcd restart or a new leader starts it anew) and reviving it is invisible to clients. A new one is
/// granted only when etcd says that the old one is gone. The key is always the same, and never taken from another lease that lives:
/// two processes with one key would take it from each other for ever.
/// </summary>
internal sealed partial class EtcdRegistration : IServiceRegistration
{
    private readonly EtcdClient _client;
    private readonly Action<EtcdRegistration> _onDisposed;
    private readonly ILogger _logger;
    private readonly string _key;
    private readonly string _orderKey;
    private readonly IEndpointFormat _format;
    private readonly Backoff _backoff;
    private readonly RegistrationStatus _status;
    private readonly Lazy<Task> _deregistration;
    private readonly BackgroundLoop _loop;
    private long _lease;
    private long _endedLease;
    private TimeSpan _ttl;
    private volatile ServiceInstance _instance;
    private ByteString _value = ByteString.Empty;

    public EtcdRegistration(
        EtcdClient client, IEndpointFormat format, ServiceInstance instance, Action<EtcdRegistration> onDisposed, ILogger logger)
    {
        _instance = instance;
        _told.Publish(new Told(instance, 0));
        _client = client;
        _onDisposed = onDisposed;
        _logger = logger;
        _format = format;
        _key = format.KeyOf(instance);
        Wanted(instance);
        _orderKey = InstanceOrder.KeyOf(client.Options.ControlPrefix, _key);
        _backoff = new Backoff(client.Options.RetryDelay, client.Options.MaxRetryDelay, client.Time);
        _status = new RegistrationStatus(instance);
        _deregistration = new Lazy<Task>(DeregisterAsync);
        _loop = BackgroundLoop.Start(RunAsync);
    }

    public ServiceInstance Instance => _instance;

    public RegistrationState State => _status.State;

    public string? Problem => _status.Problem;

    /// <summary>Why the last attempt failed, if it did by etcd's answer or the lack of one.</summary>
    public EtcdException? Failure { get; private set; }

    public IAsyncEnumerable<RegistrationState> ReadStatesAsync(CancellationToken cancellationToken = default) =>
        _status.ReadStatesAsync(cancellationToken);

    public Task WaitForAsync(RegistrationState state, CancellationToken cancellationToken = default) =>
        _status.WaitForAsync(state, cancellationToken);

    public ValueTask DisposeAsync() => new(_deregistration.Value);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _backoff.AttemptStarts();
                await RunOnceAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Any exception: a healthy service must not vanish from discovery because of a mistake in here.
                OnBroken(exception);
            }

            await Task.Delay(Pause(), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One round: ends when something else is wanted than was at its start, and by throwing when something has failed.</summary>
    private async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await TakeOrderAsync(cancellationToken).ConfigureAwait(false);
        var told = _told.Value!;
        Wanted(told.Instance.With(_order.Update.ApplyTo(told.Instance.Endpoint.Metadata)));
        if (_order.IsPaused)
        {
            _done.Publish(told);
            await StayOutAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        await EnsureLeaseAsync(cancellationToken).ConfigureAwait(false);
        if (await EnsureKeyAsync(cancellationToken).ConfigureAwait(false) is { } revision)
            await HoldAsync(told, revision, cancellationToken).ConfigureAwait(false);
    }

    private void Wanted(ServiceInstance instance)
    {
        if (!_value.IsEmpty && instance.Endpoint.Equals(_instance.Endpoint))
            return;
        (_instance, _value) = (instance, _format.Write(instance));
        WarnOfLoss();
    }

    // But for the scheme, which only tells what clients have chosen already.
    private void WarnOfLoss()
    {
        if (_instance.Endpoint.Metadata.Count == 0)
            return;
        var carried = _format.Read(_instance.Service, _value).Endpoints.SelectMany(e => e.Metadata.Keys);
        var keys = _instance.Endpoint.Metadata.Keys.Except(carried).Where(key => key != EndpointMetadata.Scheme);
        var lost = string.Join(", ", keys.Order(StringComparer.Ordinal));
        if (lost.Length > 0)
            LogNotCarried(_logger, _instance, lost);
    }

    /// <summary>Never so long that a lease could run out meanwhile that etcd has just started anew.</summary>
    private TimeSpan Pause()
    {
        var pause = _backoff.Next();
        var longest = _lease == 0 || _ttl == TimeSpan.Zero ? pause : Jitter.UpperHalf(_ttl / 2);
        return pause < longest ? pause : longest;
    }

    /// <summary>Revives the lease if there is one and it lives, else gets a new one.</summary>
    private async Task EnsureLeaseAsync(CancellationToken cancellationToken)
    {
        if (_ttl > TimeSpan.Zero && await TryReviveAsync(cancellationToken).ConfigureAwait(false))
            return;
        // Chosen and kept before it is asked for: whatever becomes of the answer, this lease is the one to end.
        if (_lease == 0)
            _lease = NewLease();
        try
        {
            _ttl = await _client.GrantLeaseAsync(_lease, _client.Options.LeaseTtl, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException exception) when (!exception.WasSent)
        {
            _lease = 0;
            throw;
        }

        LogLease(_logger, _key, EtcdCalls.LeaseName(_lease), _ttl.TotalSeconds);
    }

    private async Task<bool> TryReviveAsync(CancellationToken cancellationToken)
    {
        // An answer that takes longer than a beat may come too late; better to ask again, or another member.
        var answer = await _client.KeepLeaseAliveAsync(_lease, _ttl / 3, cancellationToken).ConfigureAwait(false);
        if (answer.TTL > 0)
            return true;
        ForgetLease();
        return false;
    }

    private void ForgetLease() => (_endedLease, _lease, _ttl) = (_lease, 0, TimeSpan.Zero);

    private static long NewLease()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue | 1;
    }

    /// <summary>
    /// Keeps the lease alive and watches the key until either fails, and says how by throwing, or something else is wanted.
    /// </summary>
    private async Task HoldAsync(Told told, long revision, CancellationToken cancellationToken)
    {
        using var watch = await _client.WatchKeyAsync(_key, revision + 1, cancellationToken).ConfigureAwait(false);
        using var orders = await WatchOrdersAsync(cancellationToken).ConfigureAwait(false);
        OnRegistered();
        _done.Publish(told);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await EndWithFirstAsync(
        [
            BeatAsync(stop.Token), WaitUntilKeyIsTouchedAsync(watch, stop.Token), CheckAsync(stop.Token),
            WaitForOrderAsync(orders, stop.Token), WaitUntilToldAsync(stop.Token),
        ], stop).ConfigureAwait(false);
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // A third of the lease's life, a little less at random so that many instances do not beat as one.
            await Task.Delay(_ttl / 3 * (0.9 + 0.1 * Jitter.NextDouble()), cancellationToken).ConfigureAwait(false);
            if (!await TryReviveAsync(cancellationToken).ConfigureAwait(false))
                throw new EtcdException($"the lease of key {_key} has ended", StatusCode.NotFound);
        }
    }

    private async Task WaitUntilKeyIsTouchedAsync(EtcdWatch watch, CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var change in await watch.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (change.Type == Event.Types.EventType.Delete)
                    throw new EtcdException($"key {_key} was removed by another", StatusCode.Aborted);
                if (!IsOwn(change.Kv))
                    throw new EtcdException($"key {_key} was changed by another", StatusCode.Aborted);
            }
        }
    }

    /// <summary>A second line of defence, and the only sign when the permission is withdrawn: running watches go on.</summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Jitter.UpperHalf(_client.Options.ReconcileInterval), cancellationToken).ConfigureAwait(false);
            var found = await _client.GetAsync(_key, cancellationToken).ConfigureAwait(false);
            if (found.Kvs is not [var kv] || !IsOwn(kv))
                throw new EtcdException(
                    $"key {_key} differs from what was registered, and the watch has not reported it", StatusCode.Aborted);
        }
    }

    private bool IsOwn(KeyValue kv) => kv.Lease == _lease && kv.Value.Equals(_value);

    private void OnRegistered()
    {
        if (State == RegistrationState.Registered)
            LogUpdated(_logger, _key);
        else
            LogRegistered(_logger, _key, Instance.Endpoint.Address);
        _status.Set(RegistrationState.Registered);
    }

    private void OnBroken(Exception reason)
    {
        Failure = reason as EtcdException;
        if (State == RegistrationState.Paused)
        {
            LogStillBroken(_logger, _key, reason.Message);
            return;
        }

        if (State == RegistrationState.Registered)
            LogRepairing(_logger, _key, reason.Message);
        else if (Problem is null)
            LogCannotRegister(_logger, _key, reason.Message);
        else
            LogStillBroken(_logger, _key, reason.Message);
        var next = State == RegistrationState.Registering ? RegistrationState.Registering : RegistrationState.Repairing;
        _status.Set(next, reason.Message);
    }
}
