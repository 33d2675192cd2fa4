using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Server;
using Interceptors.Testing;
using Microsoft.Extensions.Options;

namespace Interceptors.TestKit.Tests;

/// <summary>Interceptors are tested without a server.</summary>
public sealed class InterceptorTests
{
    [Fact]
    public async Task A_server_interceptor_turns_an_exception_into_a_status()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => new RecoveryInterceptor().UnaryServerHandler<ProbeRequest, ProbeResponse>(
            new ProbeRequest(), new TestServerCallContext(), (_, _) => throw new InvalidOperationException("secret")));

        Assert.DoesNotContain("secret", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_interceptor_is_seen_in_what_would_be_sent()
    {
        var time = new ManualTime();
        var invoker = new TestCallInvoker(_ => new ProbeResponse { Text = "answer" });
        var options = Options.Create(new DeadlineOptions { Default = TimeSpan.FromSeconds(10) });
        var client = new Probe.ProbeClient(invoker.Intercept(new DeadlineInterceptor(options, time)));

        var response = await client.UnaryAsync(new ProbeRequest());
        time.Advance(TimeSpan.FromSeconds(1));
        client.Unary(new ProbeRequest());

        Assert.Equal("answer", response.Text);
        Assert.Equal(new DateTime(2030, 1, 1, 0, 0, 10, DateTimeKind.Utc), invoker.Calls[0].Deadline);
        Assert.Equal(new DateTime(2030, 1, 1, 0, 0, 11, DateTimeKind.Utc), invoker.Calls[1].Deadline);
    }

    [Fact]
    public async Task An_answer_may_be_a_failure()
    {
        var invoker = new TestCallInvoker(_ => throw new RpcException(new Status(StatusCode.NotFound, "none")));

        var call = new Probe.ProbeClient(invoker).UnaryAsync(new ProbeRequest());

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.NotFound, call.GetStatus().StatusCode);
    }
}
