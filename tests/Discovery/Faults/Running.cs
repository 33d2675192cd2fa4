using System.Diagnostics;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.Tests;

/// <summary>
/// A client that calls, and keeps calling, servers that it finds in etcd while something goes wrong there. No server ever stops, so no
/// call may fail, whatever is registered.
/// </summary>
internal sealed class Running : IAsyncDisposable
{
    // A frozen or swallowed connection is noticed after 15 s; a busy machine takes its time.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly ServiceProvider _services;
    private readonly string _prefix;
    private Load? _load;

    private Running(EtcdOptions options, IReadOnlyList<Backend> backends, string? cacheFolder)
    {
        _prefix = options.Prefix;
        Backends = backends;
        _services = new ServiceCollection()
            .AddSingleton(Logs.Factory())
            .Configure<DiscoveryChannelOptions>(o => o.Resolution.Cache.Directory = cacheFolder)
            .AddEtcdDiscovery(string.Join(',', options.Endpoints), to => Copy(options, to))
            .BuildServiceProvider();
        Channel = _services.GetRequiredService<DiscoveryChannelFactory>().CreateChannel("etcd:///user");
        Source = (EtcdEndpointSource)_services.GetRequiredKeyedService<IEndpointSource>("etcd://");
        Watching = new Watching(Source, "user");
    }

    public LogCapture Logs { get; } = new();

    public IReadOnlyList<Backend> Backends { get; }

    public DiscoveryChannel Channel { get; }

    public EtcdEndpointSource Source { get; }

    public Watching Watching { get; }

    public Load Load => _load!;

    /// <summary>Starts servers, registers them, and calls them.</summary>
    /// <param name="options">How the client reaches etcd.</param>
    /// <param name="etcd">Where the servers are registered.</param>
    /// <param name="registered">How many of the servers are registered.</param>
    public static async Task<Running> StartAsync(EtcdOptions options, EtcdProcess etcd, int registered = 2)
    {
        var running = await PrepareAsync(options);
        for (var i = 0; i < registered; i++)
            await running.RegisterAsync(etcd, i);
        await running.Channel.ConnectAsync(Bound);
        running.Call(waitForReady: false);
        await running.UntilCalledAsync([.. Enumerable.Range(0, registered)]);
        return running;
    }

    /// <summary>Starts servers, and neither registers nor calls them.</summary>
    public static async Task<Running> PrepareAsync(EtcdOptions options) => Prepare(options, await StartBackendsAsync());

    /// <summary>Neither registers nor calls these servers, and looks into the folder for what an earlier process knew.</summary>
    public static Running Prepare(EtcdOptions options, IReadOnlyList<Backend> backends, string? cacheFolder = null) =>
        new(options, backends, cacheFolder);

    public static async Task<IReadOnlyList<Backend>> StartBackendsAsync() =>
        [await Backend.StartAsync(), await Backend.StartAsync(), await Backend.StartAsync()];

    public void Call(bool waitForReady) =>
        _load = new Load(Channel.CreateCallInvoker(), callers: 2, TimeSpan.FromMilliseconds(5), waitForReady);

    public string KeyOf(int backend) => $"{_prefix}user/{backend}";

    public Task RegisterAsync(EtcdProcess etcd, int backend) => etcd.CtlAsync("put", KeyOf(backend), Backends[backend].Address);

    public Task RemoveAsync(EtcdProcess etcd, int backend) => etcd.CtlAsync("del", KeyOf(backend));

    /// <summary>Ends a server, which stays registered. Calls that it catches may fail, later ones may not.</summary>
    public async Task EndServerAsync(int backend)
    {
        await Backends[backend].StopAsync();
        await UntilCalledAsync([.. Enumerable.Range(0, Backends.Count).Where(i => i != backend && Backends[i].Calls > 0)]);
        Load.Failures.Clear();
    }

    public Task UntilStaleAsync(params int[] backends) => UntilAsync(s => s.IsStale, "stale", backends);

    /// <summary>Waits until the list is known to be these, and these are called and no others.</summary>
    public async Task UntilRightAsync(params int[] backends)
    {
        var since = Stopwatch.StartNew();
        await UntilAsync(s => !s.IsStale, "fresh", backends);
        TestContext.Current.TestOutputHelper?.WriteLine($"the list is right after {since.Elapsed.TotalSeconds:F1} s");
        await UntilCalledAsync(backends);
    }

    /// <summary>Calls go on, to these and no others.</summary>
    public async Task UntilCalledAsync(params int[] backends)
    {
        var until = DateTime.UtcNow + Bound;
        int[] before, calls;
        do
        {
            Assert.True(
                DateTime.UtcNow < until,
                $"calls did not come to go to {string.Join(", ", backends)} alone; {Load.Failures.FirstOrDefault()}");
            before = [.. Backends.Select(b => b.Calls)];
            await Load.MoreAsync(20);
            calls = [.. Backends.Select((b, i) => b.Calls - before[i])];
        }
        while (!calls.Select((count, i) => (count > 0) == backends.Contains(i)).All(isRight => isRight));
    }

    public async ValueTask DisposeAsync()
    {
        if (_load is not null)
        {
            await _load.DisposeAsync();
            _load.AssertNoFailures();
        }

        await Watching.DisposeAsync();
        await _services.DisposeAsync();
        foreach (var backend in Backends)
            await backend.DisposeAsync();
        Logs.Dispose();
    }

    private Task<EndpointSnapshot> UntilAsync(Func<EndpointSnapshot, bool> state, string name, int[] backends)
    {
        var addresses = backends.Select(i => Backends[i].Address).Order(StringComparer.Ordinal).ToList();
        return Watching.UntilAsync(
            s => state(s) && s.Endpoints.Select(e => e.Address).SequenceEqual(addresses), $"{name} {string.Join(", ", addresses)}", Bound);
    }

    private static void Copy(EtcdOptions from, EtcdOptions to)
    {
        (to.Prefix, to.ReconcileInterval, to.PageSize) = (from.Prefix, from.ReconcileInterval, from.PageSize);
        (to.RetryDelay, to.MaxRetryDelay) = (from.RetryDelay, from.MaxRetryDelay);
        (to.Username, to.Password, to.PasswordFile) = (from.Username, from.Password, from.PasswordFile);
        (to.Tls.CaFile, to.Tls.CertificateFile, to.Tls.KeyFile) = (from.Tls.CaFile, from.Tls.CertificateFile, from.Tls.KeyFile);
    }
}
