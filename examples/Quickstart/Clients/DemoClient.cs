using Demo;
using Grpc.Core;
using Interceptors.Discovery;
using Quickstart.Logs;
using Quickstart.Registries;

namespace Quickstart.Clients;

/// <summary>A client with the paired interceptors that finds a service by its name.</summary>
internal sealed class DemoClient : IAsyncDisposable
{
    public const string Name = "client";

    private readonly ServiceProvider _services;

    /// <param name="service">What to call: the greeters, or the gateway, which speaks the same.</param>
    /// <param name="registry">Where to find it.</param>
    /// <param name="tape">Where to log to; null for nowhere.</param>
    /// <param name="configure">Sets options of its channel; null for none.</param>
    public DemoClient(string service, Registry registry, LogTape? tape = null, Action<DiscoveryChannelOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => tape?.AddTo(logging, Name));
        registry.AddTo(services);
        services.AddDiscoveryClient<Greeter.GreeterClient>(registry.TargetOf(service), configure).AddStandardInterceptors();
        _services = services.BuildServiceProvider();
        Greeter = _services.GetRequiredService<Greeter.GreeterClient>();
    }

    public Greeter.GreeterClient Greeter { get; }

    /// <summary>Calls until it is answered: a channel connects, and asks for endpoints, at its first call.</summary>
    public async Task ConnectAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await Greeter.SayHelloAsync(new HelloRequest { Name = Name }, cancellationToken: stop);
                return;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
            }
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
