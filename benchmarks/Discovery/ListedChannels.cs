using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Interceptors.Benchmarks.Protocol;
using Interceptors.Discovery;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>A balanced channel whose list the benchmark decides.</summary>
internal interface IListedChannel : IAsyncDisposable
{
    void Use(IReadOnlyList<DiscoveryEndpoint> list);

    Task CallAsync();
}

/// <summary>The kit's, over a source that keeps its list as the kit's registries do, and tells all changes at once.</summary>
internal sealed class OurChannel : IListedChannel
{
    private readonly ToldSource _source = new();
    private readonly ServiceProvider _services;
    private readonly Bench.BenchClient _client;

    /// <param name="subset">How many endpoints it uses at most; null for all, as by default.</param>
    public OurChannel(int? subset = null)
    {
        _services = new ServiceCollection()
            // In the place of the in-memory registry, which can be told one instance at a time only.
            .AddKeyedSingleton<IEndpointSource>("memory://", _source)
            .AddInMemoryDiscovery()
            .BuildServiceProvider();
        _client = _services.GetRequiredService<DiscoveryChannelFactory>().CreateClient<Bench.BenchClient>("memory:///bench", options =>
            options.Balancing.Subset = subset is { } size ? new SubsetOptions { Size = size } : null);
    }

    public void Use(IReadOnlyList<DiscoveryEndpoint> list) => _source.Tell(list);

    public async Task CallAsync() => await _client.EchoAsync(new Payload());

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class ToldSource : IEndpointSource
    {
        private readonly System.Threading.Channels.Channel<EndpointSnapshot> _told =
            System.Threading.Channels.Channel.CreateUnbounded<EndpointSnapshot>();

        private readonly SortedEndpoints _sorted = new();
        private HashSet<DiscoveryEndpoint> _list = [];
        private HashSet<DiscoveryEndpoint> _before = [];

        public void Tell(IReadOnlyList<DiscoveryEndpoint> list)
        {
            (_list, _before) = (_before, _list);
            // Both at once, so that no change pays for it.
            _before.EnsureCapacity(list.Count);
            _list.EnsureCapacity(list.Count);
            _list.Clear();
            _list.UnionWith(list);
            foreach (var endpoint in _before)
            {
                if (!_list.Contains(endpoint))
                    _sorted.Remove(endpoint.Address, endpoint);
            }

            foreach (var endpoint in _list)
            {
                if (!_before.Contains(endpoint))
                    _sorted.Add(endpoint.Address, endpoint);
            }

            _told.Writer.TryWrite(_sorted.ToSnapshot("bench"));
        }

        public IAsyncEnumerable<EndpointSnapshot> WatchAsync(string service, CancellationToken cancellationToken) =>
            _told.Reader.ReadAllAsync(cancellationToken);
    }
}

/// <summary>grpc-dotnet's round_robin with the shortest resolver.</summary>
internal sealed class StockChannel : IListedChannel
{
    private readonly StaticResolverFactory _resolver;
    private readonly ServiceProvider _services;
    private readonly GrpcChannel _channel;
    private IReadOnlyList<DiscoveryEndpoint> _list = [];

    public StockChannel()
    {
        _resolver = new StaticResolverFactory(_ => BalancerAddresses());
        _services = new ServiceCollection().AddSingleton<ResolverFactory>(_resolver).BuildServiceProvider();
        _channel = GrpcChannel.ForAddress("static:///bench", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = _services,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
        });
    }

    public void Use(IReadOnlyList<DiscoveryEndpoint> list)
    {
        _list = list;
        _resolver.Tell?.Invoke(BalancerAddresses());
    }

    public async Task CallAsync() => await new Bench.BenchClient(_channel).EchoAsync(new Payload());

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _services.DisposeAsync();
    }

    private IEnumerable<BalancerAddress> BalancerAddresses() => _list.Select(static e => new BalancerAddress(e.Host, e.Port));
}
