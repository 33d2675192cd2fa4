using System.Reflection;
using Grpc.Net.Client.Balancer;
using Interceptors.Discovery;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Benchmarks.Discovery;

/// <summary>
/// The pickers that channels have when all of so many endpoints are ready, without connections, which picking doesn't look at.
/// </summary>
internal static class Pickers
{
    public const string Stock = "round_robin, grpc-dotnet's own";

    private static readonly PropertyInfo Request = typeof(PickContext).GetProperty(nameof(PickContext.Request))!;

    /// <summary>What picks for a request, by the name of its policy.</summary>
    public static (string Name, Func<HttpRequestMessage, Action> Picker)[] Of(int count) =>
    [
        (Stock, PickStock(StockRoundRobin(count))),
        .. BalancingPolicies.Names.Select(policy => (policy, PickOurs(Ours(policy, count)))),
    ];

    private static Func<HttpRequestMessage, Action> PickOurs(EndpointSet set) => request => () => set.Pick(request);

    private static Func<HttpRequestMessage, Action> PickStock(SubchannelPicker picker) => request =>
    {
        var context = new PickContext();
        Request.SetValue(context, request);
        return () => picker.Pick(context);
    };

    private static EndpointSet Ours(string policy, int count)
    {
        var transport = new EndpointTransport(
            new ConnectionSettings(new DiscoveryChannelOptions(), isSecure: false), TimeProvider.System, NullLogger.Instance);
        var set = EndpointSets.Create(policy, new BalancingOptions(), new BalancingContext { Seed = 1, Transport = transport });
        for (var i = 0; i < count; i++)
        {
            // No two neighbours weigh the same.
            var metadata = new Dictionary<string, string> { [EndpointMetadata.Weight] = $"{10 + (i % 100)}" };
            var endpoint = new DiscoveryEndpoint($"10.0.{i / 250}.{1 + (i % 250)}", 80, metadata);
            set.Add(new BalancedEndpoint(endpoint, authority: null, balancer: null!));
        }

        return set;
    }

    // There is no other way to have one without as many connections.
    private static SubchannelPicker StockRoundRobin(int count)
    {
        var type = typeof(PickResult).Assembly.GetType("Grpc.Net.Client.Balancer.RoundRobinPicker", throwOnError: true)!;
        return (SubchannelPicker)Activator.CreateInstance(type, new Subchannel[count], 0L)!;
    }
}
