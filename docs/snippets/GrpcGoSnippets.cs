using Demo;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Discovery;
using Interceptors.Propagation;

namespace Interceptors.Snippets;

internal static class GrpcGoSnippets
{
    internal static async Task DialAsync(IServiceCollection services, string token, CancellationToken cancellationToken)
    {
        #region static-addresses
        await using var discovery = DiscoveryChannelFactory.Create();
        var channel = discovery.CreateChannel("static:///10.0.0.1:50051,10.0.0.2:50051");
        #endregion
        #region own-resolver
        services.AddEndpointSource("consul", provider => new FixedSource());
        services.AddDiscoveryClient<Greeter.GreeterClient>("consul:///greeter");
        #endregion
        #region fallback-token
        services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter")
            .AddFallbackToken(TokenSources.Static(token));
        #endregion
        var greeter = new Greeter.GreeterClient(channel);
        #region gzip
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        await greeter.SayHelloAsync(new HelloRequest { Name = "Ada" }, headers);
        #endregion
        #region with-block
        await channel.ConnectAsync(TimeSpan.FromSeconds(5), cancellationToken);
        #endregion
        #region wait-for-ready
        await greeter.SayHelloAsync(new HelloRequest { Name = "Ada" }, new CallOptions().WithWaitForReady());
        #endregion
        #region service-config
        services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter", o => o.ServiceConfig.Json = """
            {
              "loadBalancingConfig": [ { "round_robin": {} } ],
              "methodConfig": [ { "name": [ { "service": "demo.Greeter" } ], "timeout": "2s", "waitForReady": true } ]
            }
            """);
        #endregion
        #region pick-first
        services.AddDiscoveryClient<Greeter.GreeterClient>(
            "etcd:///greeter", o => o.LoadBalancingPolicy = LoadBalancingPolicies.PickFirst);
        #endregion
        #region plain-keys
        services.AddEtcdDiscovery("http://127.0.0.1:2379", o => o.Prefix = "/project/service/");
        services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///user");
        #endregion
        #region chain
        var invoker = channel.Intercept(ClientInterceptors.Standard(), new TimingPrinter());
        #endregion
        _ = invoker;
    }

    internal static void Serve(WebApplicationBuilder builder)
    {
        #region metadata-join
        builder.Services.AddServerInterceptors().AddTraceMetadata(o => o.JoinedKeys.Add("x-tenant"));
        builder.Services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter")
            .AddTraceMetadata(o => o.JoinedKeys.Add("x-tenant"));
        #endregion
        #region metadata-by-hand
        var outgoing = new Metadata();
        outgoing.Join(IncomingCall.Current!.Metadata, new MetadataAllowList(["x-tenant"]));
        #endregion
        #region recovery
        builder.Services.AddServerInterceptors().AddRecovery();
        #endregion
        #region register
        builder.Services.AddEtcdDiscovery("http://127.0.0.1:2379", o => o.LeaseTtl = TimeSpan.FromSeconds(10));
        builder.Services.AddServiceRegistration("user");
        #endregion
    }

    #region interceptor
    internal sealed class TimingPrinter : ClientInterceptor
    {
        protected override void OnEnd(ClientCall call) =>
            Console.WriteLine($"{call.Method.FullName} took {call.Elapsed.TotalMilliseconds} ms: {call.Status}");
    }
    #endregion

    #region source
    internal sealed class FixedSource : IEndpointSource
    {
        public async IAsyncEnumerable<EndpointSnapshot> WatchAsync(
            string service, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return EndpointSnapshot.Create(service, [DiscoveryEndpoint.Parse("10.0.0.1:50051")]);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
    #endregion
}
