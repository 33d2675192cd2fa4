using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Integration.Tests;

/// <summary>Where servers register and clients look: one of the two that the main job runs on.</summary>
internal sealed class Registry : IAsyncDisposable
{
    private readonly InMemoryServiceRegistry _memory = new();

    public EtcdProcess? Etcd { get; private init; }

    public string Target => Etcd is null ? "memory:///probe" : "etcd:///probe";

    /// <param name="kind">"memory" or "etcd".</param>
    public static async Task<Registry> StartAsync(string kind) =>
        new() { Etcd = kind == "etcd" ? await EtcdProcess.StartNewAsync() : null };

    public IServiceCollection AddTo(IServiceCollection services) =>
        Etcd is null ? services.AddInMemoryDiscovery(_memory) : services.AddEtcdDiscovery(Etcd.Endpoint);

    public ValueTask DisposeAsync() => Etcd?.DisposeAsync() ?? default;
}
