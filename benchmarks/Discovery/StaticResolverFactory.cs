using Grpc.Net.Client.Balancer;

namespace Interceptors.Benchmarks;

/// <summary>The least that gives a list to grpc-dotnet; what it is compared with.</summary>
/// <param name="addresses">The first list of a channel.</param>
internal sealed class StaticResolverFactory(Func<ResolverOptions, IEnumerable<BalancerAddress>> addresses) : ResolverFactory
{
    public override string Name => "static";

    /// <summary>Gives another list to the channel that was made last.</summary>
    public Action<IEnumerable<BalancerAddress>>? Tell { get; private set; }

    public override Resolver Create(ResolverOptions options) => new StaticResolver(this, options);

    private sealed class StaticResolver(StaticResolverFactory factory, ResolverOptions options) : Resolver
    {
        public override void Start(Action<ResolverResult> listener)
        {
            factory.Tell = addresses => listener(ResolverResult.ForResult([.. addresses]));
            _ = Task.Run(() => factory.Tell(factory.Addresses(options)));
        }

        public override void Refresh()
        {
        }
    }

    private IEnumerable<BalancerAddress> Addresses(ResolverOptions options) => addresses(options);
}
