using System.Globalization;
using Google.Protobuf;
using Interceptors.Discovery.Etcd.Protocol;
using Interceptors.Testing;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>Instances registered in an etcd that fails, and what a bystander sees of it there.</summary>
internal sealed class RegistrarUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    private readonly EtcdOptions _options;
    private readonly EtcdServiceRegistry _registry;
    private readonly EtcdClient _bystander;

    private RegistrarUnderTest(EtcdOptions options, EtcdOptions bystander)
    {
        _options = options;
        _registry = new EtcdServiceRegistry(options, Logs.Factory(LogLevel.Information));
        _bystander = new EtcdClient(bystander);
    }

    public LogCapture Logs { get; } = new();

    public List<IServiceRegistration> Registrations { get; } = [];

    public IServiceRegistration Registration => Registrations[0];

    public string Key => KeyOf(0);

    public string KeyOf(int instance) => $"{_options.Prefix}user/{instance}";

    /// <param name="options">How the registrar reaches etcd.</param>
    /// <param name="bystander">How the bystander does. Default: likewise.</param>
    /// <param name="count">How many instances.</param>
    public static async Task<RegistrarUnderTest> StartAsync(EtcdOptions options, EtcdOptions? bystander = null, int count = 1)
    {
        var registrar = new RegistrarUnderTest(options, bystander ?? options);
        for (var i = 0; i < count; i++)
            registrar.Registrations.Add(registrar._registry.Register(InstanceOf(i)));
        await registrar.UntilAllAsync(RegistrationState.Registered);
        return registrar;
    }

    public static string AddressOf(int instance) =>
        string.Create(CultureInfo.InvariantCulture, $"10.0.{instance / 250}.{instance % 250}:80");

    public async Task UntilAllAsync(RegistrationState state) =>
        await Task.WhenAll(Registrations.Select(r => r.WaitForAsync(state))).WaitAsync(Bound);

    /// <summary>All is as it should be: each key once, with its value and a lease.</summary>
    public async Task UntilRightAsync()
    {
        var until = DateTime.UtcNow + Bound;
        while (true)
        {
            await UntilAllAsync(RegistrationState.Registered);
            var list = await ListAsync();
            if (IsRight(list) && Registrations.TrueForAll(r => r.State == RegistrationState.Registered))
                return;
            Assert.True(DateTime.UtcNow < until, $"the keys never became right: {list.Kvs.Count} of {Registrations.Count}");
            await Task.Delay(20);
        }
    }

    public async Task<RangeResponse> ListAsync() => await _bystander.ListAsync($"{_options.Prefix}user/", CancellationToken.None);

    /// <summary>Everything that has happened to the keys since a revision.</summary>
    public async Task<IReadOnlyList<Event>> HistoryAsync(long since)
    {
        using var watch = await _bystander.WatchPrefixAsync(_options.Prefix, since + 1, CancellationToken.None);
        await _bystander.PutAsync(_options.Prefix + "end", ByteString.CopyFromUtf8("end"), lease: 0, CancellationToken.None);
        List<Event> history = [];
        while (true)
        {
            foreach (var change in await watch.ReadAsync(CancellationToken.None).WaitAsync(Bound))
            {
                if (change.Kv.Key.ToStringUtf8() == _options.Prefix + "end")
                    return history;
                history.Add(change);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _bystander.Dispose();
        Logs.Dispose();
    }

    private static ServiceInstance InstanceOf(int i) =>
        new("user", DiscoveryEndpoint.Parse(AddressOf(i)), i.ToString(CultureInfo.InvariantCulture));

    private bool IsRight(RangeResponse list)
    {
        var found = list.Kvs.ToDictionary(kv => kv.Key.ToStringUtf8(), StringComparer.Ordinal);
        return found.Count == Registrations.Count && Enumerable.Range(0, found.Count).All(i =>
            found.TryGetValue(KeyOf(i), out var kv) && kv.Lease != 0 && kv.Value.ToStringUtf8() == AddressOf(i));
    }
}
