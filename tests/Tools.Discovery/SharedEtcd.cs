using Interceptors.Testing;

namespace Interceptors.Discovery.Tool.Tests;

/// <summary>One etcd for all tests that leave it as it is; each uses services of its own.</summary>
public sealed class SharedEtcd : IAsyncLifetime
{
    public EtcdProcess Etcd { get; } = EtcdProcess.Create();

    public async ValueTask InitializeAsync() => await Etcd.StartAsync();

    public ValueTask DisposeAsync() => Etcd.DisposeAsync();

    public Task<ToolResult> RunAsync(params string[] arguments) => RunningTool.RunAsync([.. arguments, "--endpoints", Etcd.Endpoint]);

    public RunningTool Start(params string[] arguments) => RunningTool.Start([.. arguments, "--endpoints", Etcd.Endpoint]);
}
