using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.ServiceDiscovery.Tests;

/// <summary>The example <c>Yarp</c>: a gateway in front of servers that are found in etcd.</summary>
public sealed class GatewayTests
{
    private const int Servers = 3;

    [Fact]
    public async Task Restarting_all_servers_one_after_another_fails_no_request_of_either_kind()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var servers = new WebServer[Servers];
        for (var i = 0; i < Servers; i++)
            servers[i] = await StartServerAsync(etcd);
        await using var gateway = await StartGatewayAsync(etcd);
        using var stop = new CancellationTokenSource();
        var load = new Load();
        var running = Task.WhenAll(load.HttpAsync(gateway.Addresses[0], stop.Token), load.GrpcAsync(gateway.Addresses[1], stop.Token));
        await load.MoreAsync(200);

        for (var i = 0; i < Servers; i++)
        {
            var next = await StartServerAsync(etcd);
            await Eventually.True(() => next.Requests > 0, "the new server is called", Watching.Bound);
            await servers[i].DisposeAsync();
            servers[i] = next;
            await load.MoreAsync(200);
            Assert.Empty(load.Failures);
        }

        await stop.CancelAsync();
        await running;
        Assert.Empty(load.Failures);
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{load.HttpRequests} HTTP requests, {load.GrpcCalls} gRPC calls"));
        foreach (var server in servers)
            await server.DisposeAsync();
        Assert.Equal(0, await gateway.TerminateAsync());
    }

    [Fact]
    public async Task A_gateway_that_starts_before_etcd_and_servers_serves_as_soon_as_they_are_there()
    {
        await using var etcd = EtcdProcess.Create();
        await using var gateway = await StartGatewayAsync(etcd);
        await etcd.StartAsync();
        await using var server = await StartServerAsync(etcd);
        using var client = new HttpClient { BaseAddress = gateway.Addresses[0] };

        using var bound = new CancellationTokenSource(Watching.Bound);
        HttpResponseMessage response;
        while (!(response = await client.GetAsync("/hello", bound.Token)).IsSuccessStatusCode)
            response.Dispose();

        Assert.Equal(server.Address, await response.Content.ReadAsStringAsync());
        response.Dispose();
    }

    /// <summary>It listens for HTTP/1.1 first, then for HTTP/2.</summary>
    private static async Task<ExampleProcess> StartGatewayAsync(EtcdProcess etcd)
    {
        var gateway = ExampleProcess.Start("Yarp", $"--etcd={etcd.Endpoint}");
        await gateway.UntilAsync(process => process.Addresses.Count == 2, "the gateway listens");
        return gateway;
    }

    private static Task<WebServer> StartServerAsync(EtcdProcess etcd) =>
        WebServer.StartAsync(services => services.AddEtcdDiscovery(etcd.Endpoint), "greeter", HttpProtocols.Http2);

    /// <summary>Requests of both kinds, one after another, and what became of them.</summary>
    private sealed class Load
    {
        private int _http;
        private int _grpc;

        public ConcurrentQueue<string> Failures { get; } = [];

        public int HttpRequests => Volatile.Read(ref _http);

        public int GrpcCalls => Volatile.Read(ref _grpc);

        public async Task HttpAsync(Uri address, CancellationToken stop)
        {
            await Task.Yield();
            using var client = new HttpClient { BaseAddress = address };
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using var response = await client.GetAsync("/hello", CancellationToken.None);
                    if (!response.IsSuccessStatusCode)
                        Failures.Enqueue($"HTTP {response.StatusCode}");
                }
                catch (HttpRequestException exception)
                {
                    Failures.Enqueue($"HTTP {exception.Message}");
                }

                Interlocked.Increment(ref _http);
            }
        }

        public async Task GrpcAsync(Uri address, CancellationToken stop)
        {
            await Task.Yield();
            using var channel = GrpcChannel.ForAddress(address);
            var client = new Probe.ProbeClient(channel);
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await client.UnaryAsync(new ProbeRequest { Text = "hello" }, cancellationToken: CancellationToken.None);
                    using var stream = client.ServerStream(
                        new ProbeRequest { Responses = 3 }, cancellationToken: CancellationToken.None);
                    while (await stream.ResponseStream.MoveNext(CancellationToken.None))
                    {
                        // Each message counts only as read.
                    }
                }
                catch (RpcException exception)
                {
                    Failures.Enqueue($"gRPC {exception.Status}");
                }

                Interlocked.Increment(ref _grpc);
            }
        }

        /// <summary>Waits for so many more of each kind.</summary>
        public Task MoreAsync(int count)
        {
            var (http, grpc) = (HttpRequests + count, GrpcCalls + count);
            return Eventually.True(
                () => (HttpRequests >= http && GrpcCalls >= grpc) || !Failures.IsEmpty, "more requests", TimeSpan.FromSeconds(60));
        }
    }
}
