using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.Tests;

/// <summary>Real servers, a list of them that a test changes, and a channel that balances over it.</summary>
internal sealed class BalancedService : IAsyncDisposable
{
    private readonly Dictionary<string, Server> _servers = [];
    private readonly MeterCapture _meters = new(DiscoveryTelemetry.MeterName);
    private readonly DiscoveryHandler _handler;
    private string? _authority;

    public BalancedService(
        string policy, IReadOnlyDictionary<string, object>? configuration = null, TimeProvider? time = null, ulong seed = 1,
        BalancingOptions? options = null)
    {
        Logs = new LogCapture();
        var logging = Logs.Factory(LogLevel.Information);
        var settings = new ConnectionSettings(
            new DiscoveryChannelOptions { MaxReconnectDelay = TimeSpan.FromMilliseconds(200) }, isSecure: false);
        Balancer = new EndpointBalancer(policy, configuration, new BalancingContext
        {
            Transport = new EndpointTransport(settings, TimeProvider.System, logging.CreateLogger("test")),
            AuthorityOf = _ => _authority,
            Time = time ?? TimeProvider.System,
            Seed = seed,
            Options = options ?? new BalancingOptions(),
            Metrics = new BalancerMetrics(_meters),
        });
        _handler = new DiscoveryHandler(
            Balancer,
            // Says nothing: the balancer is told directly.
            new DiscoveryResolver(
                new ScriptedSource(), "user", new DiscoveryResolverOptions { FirstAnswerTimeout = TimeSpan.FromMinutes(5) },
                logging.CreateLogger("test")));
        Channel = GrpcChannel.ForAddress(
            "http://service", new GrpcChannelOptions { HttpHandler = new Answers(_handler, Answered), LoggerFactory = logging });
        Client = new Probe.ProbeClient(Channel);
    }

    public GrpcChannel Channel { get; }

    public Probe.ProbeClient Client { get; }

    public EndpointBalancer Balancer { get; }

    public LogCapture Logs { get; }

    /// <summary>The endpoints that the balancer knows.</summary>
    public IReadOnlyList<BalancedEndpoint> All => Balancer.All;

    /// <summary>The addresses that have answered a call, until cleared.</summary>
    public ConcurrentDictionary<string, bool> Answered { get; } = new();

    public Server this[string name] => _servers[name];

    /// <summary>
    /// How many endpoints there are, as the metric shows it. All states at one moment: between two an endpoint may change its own.
    /// </summary>
    public int Known => (int)_meters.Observe(BalancerMetrics.Endpoints).Sum(m => m.Value);

    /// <summary>How many endpoints are in a state, as the metric shows it.</summary>
    public int Endpoints(string state) =>
        (int)_meters.Observe(BalancerMetrics.Endpoints).Where(m => (string?)m.Tags[BalancerMetrics.State] == state).Sum(m => m.Value);

    /// <summary>Starts a server and adds it to the list, which is not told yet.</summary>
    public async Task<Server> StartAsync(string name, int weight = 100, string? zone = null, Action<IServiceCollection>? configure = null)
    {
        var server = new Server(await Backend.StartAsync(configure)) { Weight = weight, Zone = zone };
        _servers.Add(name, server);
        return server;
    }

    /// <summary>Tells the channel the servers of these names, or all.</summary>
    public void Tell(params string[] names)
    {
        var listed = names.Length == 0 ? _servers.Values : names.Select(n => _servers[n]);
        Balancer.Update(new Resolution([.. listed.Select(s => s.ToEndpoint())], Failure: null));
    }

    /// <summary>Tells the channel these addresses (<c>host:port</c>), whoever listens there.</summary>
    public void TellAddresses(params string[] addresses) => TellAddresses(authority: null, addresses);

    public void TellAddresses(string? authority, string[] addresses)
    {
        _authority = authority;
        Balancer.Update(new Resolution([.. addresses.Select(DiscoveryEndpoint.Parse)], Failure: null));
    }

    public void TellFailure(string detail) => Balancer.Update(new Resolution([.. All.Select(e => e.Endpoint)], detail));

    public Task ConnectAsync() => _handler.ConnectAsync(TestContext.Current.CancellationToken);

    /// <summary>Tells the list and waits until each server of it has had a call.</summary>
    public async Task TellAndReachAsync(params string[] names)
    {
        Tell(names);
        var listed = names.Length == 0 ? [.. _servers.Values] : names.Distinct().Select(n => _servers[n]).ToList();
        await ReachAsync(listed);
    }

    public async Task ReachAsync(IReadOnlyList<Server> servers)
    {
        var before = servers.ToDictionary(s => s, s => s.Calls);
        var until = DateTime.UtcNow + Watching.Bound;
        while (servers.Any(s => s.Calls == before[s]))
        {
            Assert.True(DateTime.UtcNow < until, "not all servers are reached");
            await CallAsync(1);
        }
    }

    /// <summary>Calls one after the other; failures that a server was told to give are not thrown.</summary>
    public async Task CallAsync(int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            try
            {
                await Client.UnaryAsync(
                    new ProbeRequest(), new CallOptions().WithWaitForReady().WithDeadline(DateTime.UtcNow + Watching.Bound));
            }
            catch (RpcException exception) when (exception.Status.Detail == Server.ToldToFail)
            {
            }
        }
    }

    /// <summary>How many of so many calls each of the servers got.</summary>
    public async Task<Dictionary<string, int>> ShareAsync(int calls)
    {
        var before = _servers.ToDictionary(s => s.Key, s => s.Value.Calls);
        await CallAsync(calls);
        return _servers.ToDictionary(s => s.Key, s => s.Value.Calls - before[s.Key]);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        _handler.Dispose();
        foreach (var server in _servers.Values)
            await server.Backend.DisposeAsync();
        _meters.Dispose();
        Logs.Dispose();
    }

    /// <summary>A server and what the list says of it.</summary>
    internal sealed class Server
    {
        public const string ToldToFail = "told to fail";

        private int _calls;

        public Server(Backend backend)
        {
            Backend = backend;
            backend.Observer.OnCall = async context =>
            {
                Interlocked.Increment(ref _calls);
                Connections.TryAdd(context.GetHttpContext().Connection.Id, true);
                await OnCall(context);
            };
        }

        public Backend Backend { get; }

        public int Weight { get; set; }

        public string? Zone { get; set; }

        public int Calls => Volatile.Read(ref _calls);

        public int Running => Backend.Observer.Running;

        /// <summary>The connections over which it was called.</summary>
        public ConcurrentDictionary<string, bool> Connections { get; } = new();

        public Func<ServerCallContext, Task> OnCall { get; set; } = _ => Task.CompletedTask;

        public void Fail(StatusCode code) => OnCall = _ => throw new RpcException(new Status(code, ToldToFail));

        public void FailEachSecond(StatusCode code)
        {
            var calls = 0;
            OnCall = _ => calls++ % 2 == 0 ? throw new RpcException(new Status(code, ToldToFail)) : Task.CompletedTask;
        }

        public void Heal() => OnCall = _ => Task.CompletedTask;

        public DiscoveryEndpoint ToEndpoint()
        {
            var metadata = new Dictionary<string, string> { [EndpointMetadata.Weight] = $"{Weight}" };
            if (Zone is not null)
                metadata[EndpointMetadata.Zone] = Zone;
            var endpoint = DiscoveryEndpoint.Parse(Backend.Address);
            return new DiscoveryEndpoint(endpoint.Host, endpoint.Port, metadata);
        }
    }

    private sealed class Answers(HttpMessageHandler inner, ConcurrentDictionary<string, bool> answered) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            answered.TryAdd(request.RequestUri!.Authority, true);
            return response;
        }
    }
}
