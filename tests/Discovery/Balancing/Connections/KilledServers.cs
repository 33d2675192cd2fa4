using Interceptors.Testing;
using Interceptors.Testing.Server;

namespace Interceptors.Discovery.Tests;

/// <summary>Servers in processes of their own that are killed and come back under the same address.</summary>
internal sealed class KilledServers : IAsyncDisposable
{
    private readonly EtcdProcess _etcd;
    private readonly ServerProcess[] _servers;

    private KilledServers(EtcdProcess etcd, ServerProcess[] servers)
    {
        _etcd = etcd;
        _servers = servers;
        Addresses = [.. servers.Select(s => s.Address)];
    }

    public string[] Addresses { get; }

    public static async Task<KilledServers> StartAsync(EtcdProcess etcd, int count) =>
        new(etcd, await Task.WhenAll(Enumerable.Range(0, count).Select(_ => StartOneAsync(etcd, port: 0))));

    public Task KillAsync(int index) => _servers[index].KillAsync();

    public async Task StartAgainAsync(int index)
    {
        await _servers[index].DisposeAsync();
        _servers[index] = await StartOneAsync(_etcd, new Uri("http://" + Addresses[index]).Port);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    private static Task<ServerProcess> StartOneAsync(EtcdProcess etcd, int port) =>
        ServerProcess.StartAsync(etcd, "/killed/", TimeSpan.FromMinutes(1), $"--Port={port}");
}
