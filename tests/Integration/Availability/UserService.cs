using Interceptors.Discovery;
using Interceptors.Testing;
using Interceptors.Testing.Server;

namespace Interceptors.Integration.Tests;

/// <summary>The service <c>user</c>: processes that are registered in an etcd, and a client that finds them there.</summary>
internal sealed class UserService : IAsyncDisposable
{
    public const string Target = "etcd:///user";
    private const string Prefix = "/availability/";

    private readonly EtcdProcess _etcd;
    private readonly DiscoveryChannelFactory _discovery;
    private readonly TimeSpan _leaseTtl;

    private UserService(EtcdProcess etcd, TimeSpan leaseTtl, Action<DiscoveryChannelOptions>? configure)
    {
        _etcd = etcd;
        _leaseTtl = leaseTtl;
        _discovery = DiscoveryChannelFactory.Create(o => o.UseEtcd(etcd.Endpoint, etcd => etcd.Prefix = Prefix));
        Channel = _discovery.CreateChannel(Target, configure);
    }

    public List<ServerProcess> Servers { get; } = [];

    /// <summary>Without interceptors and retries.</summary>
    public DiscoveryChannel Channel { get; }

    public static async Task<UserService> StartAsync(int servers, TimeSpan leaseTtl, Action<DiscoveryChannelOptions>? configure = null)
    {
        var service = new UserService(await EtcdProcess.StartNewAsync(), leaseTtl, configure);
        for (var i = 0; i < servers; i++)
            service.Servers.Add(await service.StartServerAsync());
        await service.Channel.ConnectAsync(TimeSpan.FromSeconds(30));
        return service;
    }

    /// <summary>Waits until so many are registered, whatever the client knows of it.</summary>
    public async Task WaitForRegisteredAsync(int count)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await _etcd.CtlAsync("get", "--prefix", "--keys-only", Prefix)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Length != count)
            bound.Token.ThrowIfCancellationRequested();
    }

    /// <summary>As an orchestrator does it: SIGTERM, wait for the end, start another.</summary>
    public async Task RestartAsync(int server)
    {
        await StopAsync(server);
        await StartAgainAsync(server);
    }

    /// <summary>SIGTERM, and wait for the end.</summary>
    public async Task StopAsync(int server)
    {
        Assert.Equal(0, await Servers[server].TerminateAsync());
        await Servers[server].DisposeAsync();
    }

    /// <summary>Starts another in its place.</summary>
    public async Task StartAgainAsync(int server) => Servers[server] = await StartServerAsync();

    public async ValueTask DisposeAsync()
    {
        await _discovery.DisposeAsync();
        foreach (var server in Servers)
            await server.DisposeAsync();
        await _etcd.DisposeAsync();
    }

    private Task<ServerProcess> StartServerAsync() => ServerProcess.StartAsync(_etcd, Prefix, _leaseTtl);
}
