using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Microsoft.Extensions.Options;

namespace Interceptors.Integration.Tests;

/// <summary>One of three servers is killed with SIGKILL. Its lease is so long that nothing but the client itself notices.</summary>
public sealed class KilledServerTests
{
    private const int Callers = 8;

    [Fact]
    public async Task Only_calls_on_the_connection_to_it_fail_and_none_is_refused()
    {
        await using var service = await UserService.StartAsync(3, TimeSpan.FromMinutes(10));
        await using var load = new UserLoad(service.Channel.CreateCallInvoker()).AddUnary(Callers);
        await load.MoreUnaryCallsAsync(1000);

        await service.Servers[1].KillAsync();
        await load.MoreUnaryCallsAsync(1000);
        var failed = load.Failures.Count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{failed} calls failed");
        // Each caller had one call on the open connection at most.
        Assert.InRange(failed, 0, Callers);
        Assert.DoesNotContain(load.Failures, e => e.Message.Contains("refused", StringComparison.Ordinal));
        Assert.All(load.Failures, e => Assert.Equal(StatusCode.Unavailable, Assert.IsType<RpcException>(e).StatusCode));

        await load.MoreUnaryCallsAsync(5000);
        Assert.Equal(failed, load.Failures.Count);
    }

    [Fact]
    public async Task With_the_recommended_resilience_no_idempotent_call_fails()
    {
        await using var service = await UserService.StartAsync(3, TimeSpan.FromMinutes(10));
        var options = new ResilienceOptions().UseRecommended("interceptors.testing.Probe/Unary");
        var invoker = service.Channel.CreateCallInvoker().Intercept(new ResilienceInterceptor(Options.Create(options)));
        await using var load = new UserLoad(invoker).AddUnary(Callers);
        await load.MoreUnaryCallsAsync(1000);

        await service.Servers[1].KillAsync();
        await load.MoreUnaryCallsAsync(5000);
        load.AssertNoFailures();
    }
}
