using Demo;
using Interceptors.Client;

namespace Interceptors.Snippets;

internal static class ClientInterceptorSnippets
{
    internal static void Add(IServiceCollection services, IHttpClientBuilder client, HttpClient http)
    {
        #region all
        services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter")
            .AddStandardInterceptors(o =>
            {
                o.TraceMetadata = trace => trace.JoinedKeys.Add("x-tenant");
                o.Deadline = deadline => deadline.Default = TimeSpan.FromSeconds(10);
            });
        #endregion
        #region trace-metadata
        client.AddTraceMetadata(o => o.JoinedKeys.Add("x-tenant"));
        #endregion
        #region timing
        client.AddTiming(o =>
        {
            o.SlowCallThreshold = TimeSpan.FromSeconds(1);
            o.MethodLevels["grpc.health.*"] = LogLevel.None;
        });
        #endregion
        #region deadline
        client.AddDeadline(o =>
        {
            o.Default = TimeSpan.FromSeconds(10);
            o.Methods["demo.Greeter/SayHello"] = TimeSpan.FromSeconds(2);
        });
        #endregion
        #region resilience
        client.AddResilience(o => o.UseRecommended("demo.Greeter/SayHello"));
        #endregion
        #region fallback-token
        client.AddFallbackToken(TokenSources.FirstOf(
            TokenSources.File("/run/secrets/token"),
            TokenSources.ClientCredentials(http, new ClientCredentialsOptions
            {
                TokenEndpoint = new Uri("https://issuer.internal/token"),
                ClientId = "orders",
                ClientSecretFile = "/run/secrets/client-secret",
            })));
        #endregion
        #region compression
        client.AddCompression(o => o.MinimumSize = 4096);
        #endregion
        #region for-some-methods
        client.For("orders.*", orders => orders.AddTiming(o => o.SlowCallThreshold = TimeSpan.FromSeconds(3)));
        #endregion
    }

    #region own
    internal sealed class TenantInterceptor : ClientInterceptor
    {
        protected override void Prepare(ref OutgoingCall call) => call.EditHeaders().Add("x-tenant", "acme");

        protected override void OnEnd(ClientCall call) =>
            Console.WriteLine($"{call.Method.FullName}: {call.Status.StatusCode} after {call.Elapsed.TotalMilliseconds} ms");
    }
    #endregion
}
