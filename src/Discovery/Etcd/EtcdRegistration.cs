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
    private readonly ByteString _value;
    private readonly IEndpointFormat _format;
    private readonly Backoff _backoff;
    private readonly RegistrationStatus _status;
    private readonly Lazy<Task> _deregistration;
    private readonly BackgroundLoop _loop;
    private long _lease;
    private long _endedLease;
    private TimeSpan _ttl;

    public EtcdRegistration(
        EtcdClient client, IEndpointFormat format, ServiceInstance instance, Action<EtcdRegistration> onDisposed, ILogger logger)
    {
        Instance = instance;
        _client = client;
        _onDisposed = onDisposed;
        _logger = logger;
        _format = format;
        _key = format.KeyOf(instance);
        _value = format.Write(instance);
        _backoff = new Backoff(client.Options.RetryDelay, client.Options.MaxRetryDelay, client.Time);
        _status = new RegistrationStatus(instance);
        _deregistration = new Lazy<Task>(DeregisterAsync);
        _loop = BackgroundLoop.Start(RunAsync);
    }

    public ServiceInstance Instance { get; }

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
                await EnsureLeaseAsync(cancellationToken).ConfigureAwait(false);
                var revision = await EnsureKeyAsync(cancellationToken).ConfigureAwait(false);
                await HoldAsync(revision, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Any exception: a healthy service must not vanish from discovery because of a mistake in here.
                OnBroken(exception);
            }

            await Task.Delay(Pause(), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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

    /// <summary>Keeps the lease alive and watches the key until either fails, and says how by throwing.</summary>
    private async Task HoldAsync(long revision, CancellationToken cancellationToken)
    {
        using var watch = await _client.WatchKeyAsync(_key, revision + 1, cancellationToken).ConfigureAwait(false);
        OnRegistered();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beating = BeatAsync(stop.Token);
        var watching = WaitUntilKeyIsTouchedAsync(watch, stop.Token);
        var checking = CheckAsync(stop.Token);
        var first = await Task.WhenAny(beating, watching, checking).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(beating, watching, checking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
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
                throw new EtcdException($"key {_key} is not as it was registered, which the watch has not told", StatusCode.Aborted);
        }
    }

    private bool IsOwn(KeyValue kv) => kv.Lease == _lease && kv.Value.Equals(_value);

    private void OnRegistered()
    {
        LogRegistered(_logger, _key, Instance.Endpoint.Address);
        _status.Set(RegistrationState.Registered);
    }

    private void OnBroken(Exception reason)
    {
        Failure = reason as EtcdException;
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
