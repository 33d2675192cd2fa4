using Grpc.Channelz.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>Who may ask.</summary>
public sealed class ChannelzAuthorizationTests
{
    private static readonly Metadata Anna = new() { { HeaderAuthentication.Header, "anna" } };

    [Fact]
    public async Task Outside_of_development_a_host_with_an_open_service_does_not_start_and_says_what_to_write()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ChannelzHost.StartAsync(map: static app => app.MapChannelz(), environment: "Production"));

        Assert.Contains("app.MapChannelz().RequireAuthorization(", error.Message, StringComparison.Ordinal);
        Assert.Contains("AllowAnonymous = true", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ChannelzHost.StartAsync(
            map: static app => app.MapChannelz().RequireAuthorization().AllowAnonymous(), environment: "Production"));
    }

    [Fact]
    public async Task Every_method_is_under_the_authorization_of_the_app_and_other_services_are_not()
    {
        await using var host = await ChannelzHost.StartAsync(
            static services => services.AddSingleton<ProbeService.Observer>(),
            static app =>
            {
                // First, so that it brings gRPC's answer to unknown services.
                app.MapChannelz().RequireAuthorization();
                app.MapGrpcService<ProbeService>();
            },
            "Production");
        foreach (var call in new Func<Metadata?, Task>[]
                 {
                     async headers => await host.Client.GetTopChannelsAsync(new GetTopChannelsRequest(), headers),
                     async headers => await host.Client.GetServersAsync(new GetServersRequest(), headers),
                     async headers => await host.Client.GetServerSocketsAsync(new GetServerSocketsRequest(), headers),
                     async headers => await host.Client.GetChannelAsync(new GetChannelRequest(), headers),
                     async headers => await host.Client.GetSubchannelAsync(new GetSubchannelRequest(), headers),
                     async headers => await host.Client.GetSocketAsync(new GetSocketRequest(), headers),
                 })
        {
            Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => call(null))).StatusCode);
            Assert.True(await Record.ExceptionAsync(() => call(Anna)) is null or RpcException { StatusCode: StatusCode.NotFound });
        }

        await new Probe.ProbeClient(host.Channel).UnaryAsync(new ProbeRequest());
        var unknown = new Method<ProbeRequest, ProbeResponse>(
            MethodType.Unary, "unknown.Service", "Method",
            Marshallers.Create(static _ => Array.Empty<byte>(), static _ => new ProbeRequest()),
            Marshallers.Create(static _ => Array.Empty<byte>(), static _ => new ProbeResponse()));
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await host.Channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, default, new ProbeRequest()));
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    [Fact]
    public async Task A_policy_of_the_app_decides_who()
    {
        await using var host = await ChannelzHost.StartAsync(
            map: static app => app.MapChannelz().RequireAuthorization(policy => policy.RequireUserName("anna")), environment: "Production");

        var bert = new Metadata { { HeaderAuthentication.Header, "bert" } };
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await host.Client.GetTopChannelsAsync(new GetTopChannelsRequest(), bert));

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.True((await host.Client.GetTopChannelsAsync(new GetTopChannelsRequest(), Anna)).End);
    }

    [Fact]
    public async Task A_fallback_policy_is_authorization()
    {
        await using var host = await ChannelzHost.StartAsync(
            static services => services.Configure<AuthorizationOptions>(
                static o => o.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()),
            environment: "Production");

        Assert.True((await host.Client.GetTopChannelsAsync(new GetTopChannelsRequest(), Anna)).End);
        await Assert.ThrowsAsync<RpcException>(async () => await host.Client.GetTopChannelsAsync(new GetTopChannelsRequest()));
    }

    [Fact]
    public async Task It_is_open_where_that_is_said()
    {
        await using var host = await ChannelzHost.StartAsync(
            map: static app => app.MapChannelz(static o => o.AllowAnonymous = true), environment: "Production");

        Assert.True((await host.Client.GetTopChannelsAsync(new GetTopChannelsRequest())).End);
    }

    [Fact]
    public async Task Interceptors_of_the_app_see_its_calls()
    {
        var seen = new List<string>();
        await using var host = await ChannelzHost.StartAsync(
            services => services.AddSingleton(seen).AddGrpc(static grpc => grpc.Interceptors.Add<Noting>()));

        await host.Client.GetServersAsync(new GetServersRequest());

        Assert.Equal(["/grpc.channelz.v1.Channelz/GetServers"], seen);
    }

    [Fact]
    public async Task An_application_that_knows_nothing_of_discovery_is_told_what_to_add()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGrpc();
        await using var app = builder.Build();

        Assert.Contains(
            "AddEtcdDiscovery", Assert.Throws<InvalidOperationException>(() => app.MapChannelz()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_without_grpc_is_told_so_too()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddInMemoryDiscovery();
        await using var app = builder.Build();

        Assert.Contains("AddGrpc", Assert.Throws<InvalidOperationException>(() => app.MapChannelz()).Message, StringComparison.Ordinal);
    }

    private sealed class Noting(List<string> seen) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            seen.Add(context.Method);
            return continuation(request, context);
        }
    }
}
