using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Integration.Tests;

/// <summary>A gateway whose registry is away: its log says where it looks, its callers read nothing of it.</summary>
public sealed class AwayRegistryTests
{
    // Nobody listens there: port 1 is reserved.
    private const string Address = "127.0.0.1:1";
    private const string Prefix = "/planted-prefix/";

    public static TheoryData<CallKind, bool> Calls { get; } =
        [.. from kind in Enum.GetValues<CallKind>() from interceptors in new[] { true, false } select (kind, interceptors)];

    [Theory]
    [MemberData(nameof(Calls))]
    [Trait("case", "interceptors 2")]
    public async Task Its_address_and_prefix_stay_in_the_gateways_log(CallKind inner, bool interceptors)
    {
        await using var gateway = await ProbeServer.StartAsync(services =>
        {
            var client = services.AddEtcdDiscovery($"http://{Address}", static etcd => etcd.Prefix = Prefix)
                .AddDiscoveryClient<Probe.ProbeClient>("etcd:///orders");
            if (interceptors)
                client.AddStandardInterceptors();
            services.AddServerInterceptors().AddStandard();
        });
        gateway.Observer.OnCall = _ => CallAsync(gateway.Services.GetRequiredService<Probe.ProbeClient>(), inner);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await gateway.Client().UnaryAsync(new ProbeRequest()));

        Assert.Equal((StatusCode.Unavailable, "The server is unavailable."), (error.StatusCode, error.Status.Detail));
        Assert.All(error.Trailers, static entry => HoldsNothing(entry.IsBinary ? "" : entry.Value));
        var line = Assert.Single(gateway.Logs.Named("HandlerFailed"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains(Address, $"{line.Exception}", StringComparison.Ordinal);
    }

    private static void HoldsNothing(string text)
    {
        Assert.DoesNotContain(Address, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Prefix, text, StringComparison.Ordinal);
    }

    /// <summary>One call of a kind, whose failure is thrown.</summary>
    private static async Task CallAsync(Probe.ProbeClient client, CallKind kind)
    {
        switch (kind)
        {
            case CallKind.BlockingUnary:
                await Task.Factory.StartNew(
                    () => client.Unary(new ProbeRequest()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                break;
            case CallKind.Unary:
                await client.UnaryAsync(new ProbeRequest());
                break;
            case CallKind.ClientStreaming:
                using (var upload = client.ClientStream())
                    await upload;
                break;
            case CallKind.ServerStreaming:
                using (var download = client.ServerStream(new ProbeRequest()))
                    await download.ResponseStream.MoveNext(default);
                break;
            default:
                using (var duplex = client.Duplex())
                    await duplex.ResponseStream.MoveNext(default);
                break;
        }
    }
}
