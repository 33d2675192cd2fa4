using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Interceptors.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server.Tests;

/// <summary>Strangers at their worst, beside callers who must not notice.</summary>
[Collection(nameof(Alone))]
public sealed class HostileCrowdTests
{
    /// <summary>Memory is measured, which is the whole process's.</summary>
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    private const int HostileCalls = 10_000;
    private const int GoodCallers = 1000;
    private const int CallsOfEach = 3;
    private const int Strangers = 16;

    [Fact]
    [Trait("case", "security 8")]
    public async Task Ten_thousand_hostile_calls_beside_a_thousand_callers_hurt_nobody()
    {
        var shapes = HostileRequests.Frames.Concat(HostileRequests.Requests).ToList();
        Assert.True(shapes.Count >= 40);
        var connections = new ConcurrentDictionary<string, bool>();
        await using var server = await ProbeServer.StartAsync(static services => services
            .AddServerInterceptors().AddStandard().AddTokenAuthentication(Tokens.Verifier()).AddCompression());
        server.Observer.OnCall = context =>
        {
            if (context.RequestHeaders.GetValue("x-good") is not null)
                connections[context.Peer] = true;
            return Task.CompletedTask;
        };
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false },
        });
        var client = new Probe.ProbeClient(channel.Intercept(ClientInterceptors.Standard()));
        await GoodAsync(client);
        var next = 0;
        var hostile = AttackAsync(HostileCalls);
        var good = Task.WhenAll(Enumerable.Range(0, GoodCallers).Select(async caller =>
        {
            // Spread over the whole attack, and its end.
            for (var call = 0; call < CallsOfEach; call++)
            {
                var turn = HostileCalls * ((call * GoodCallers) + caller) / (CallsOfEach * GoodCallers);
                while (Volatile.Read(ref next) < turn)
                    await Task.Delay(100);
                await GoodAsync(client);
            }
        }));
        await hostile;
        await good;
        await GoodAsync(client);

        // One connection from the first to the last good call: it never ended.
        Assert.Single(connections);
        Assert.DoesNotContain(server.Logs.Lines, static line =>
            line.Level >= LogLevel.Error && line.Category != "Grpc.AspNetCore.Server.ServerCallHandler");

        // By then the pools are full of buffers. What is kept of calls would show in half as many more.
        server.Logs.Clear();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await AttackAsync(HostileCalls + (HostileCalls / 2));
        server.Logs.Clear();
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 100_000_000);

        Task AttackAsync(int until) => Task.WhenAll(Enumerable.Range(0, Strangers).Select(async _ =>
        {
            using var stranger = new HttpClient();
            for (int i; (i = Interlocked.Increment(ref next) - 1) < until;)
                await SendAsync(shapes[i % shapes.Count], server, stranger);
        }));
    }

    [Fact]
    [Trait("case", "security 8")]
    public async Task The_lines_of_grpcs_own_server_are_bounded()
    {
        await using var server = await ProbeServer.StartAsync(static services => services.AddServerInterceptors().AddStandard());
        var garbage = HostileRequests.Frames.Single(static frame => frame.Name == "garbage for protobuf");

        for (var i = 0; i < 200; i++)
            await garbage.SendAsync(server);

        var errors = server.Logs.Lines.Count(static line => line.Level >= LogLevel.Error);
        // One in ten seconds.
        Assert.InRange(errors, 1, 10);
        Assert.Equal(200, server.Logs.Named("UnhandledCallEnded").Count);
    }

    [Fact]
    [Trait("case", "security 8")]
    public async Task A_level_of_the_users_own_brings_them_back()
    {
        await using var server = await ProbeServer.StartAsync(static services =>
        {
            services.AddServerInterceptors().AddStandard();
            services.AddLogging(static logging => logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Error));
        });
        var garbage = HostileRequests.Frames.Single(static frame => frame.Name == "garbage for protobuf");

        for (var i = 0; i < 20; i++)
            await garbage.SendAsync(server);

        Assert.Equal(20, server.Logs.Lines.Count(static line => line.Level >= LogLevel.Error));
    }

    private static async Task GoodAsync(Probe.ProbeClient client)
    {
        var headers = new Metadata { { "authorization", "Bearer " + Tokens.Good }, { "x-good", "1" } };
        Assert.Equal("good", (await client.UnaryAsync(new ProbeRequest { Text = "good" }, headers)).Text);
    }

    private static async Task SendAsync(RawRequest request, ProbeServer server, HttpClient stranger)
    {
        try
        {
            await request.SendAsync(server, stranger);
        }
        catch (HttpRequestException)
        {
            // So hostile that it gets no answer.
        }
    }
}
