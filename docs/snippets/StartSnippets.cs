using Demo;
using Grpc.Core;
using Interceptors.Client;
using Interceptors.Server;

namespace Interceptors.Snippets;

internal static class StartSnippets
{
    internal static void Client(IServiceCollection services)
    {
        #region client
        services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter", o => o.WaitForReady = true) // servers may start later
            .AddStandardInterceptors(o =>
            {
                o.Deadline = deadline => deadline.Default = TimeSpan.FromSeconds(10);
                o.Resilience = resilience => resilience.UseRecommended("demo.Greeter/SayHello"); // may be carried out twice
            })
            .AddFallbackToken(TokenSources.Static("made-up-token"), o => o.AllowPlainText = true); // for a trial without TLS
        #endregion
    }

    internal static void Server(WebApplicationBuilder builder)
    {
        #region server
        builder.Services.AddServerInterceptors()
            .AddStandard()
            .AddStaticTokenAuthentication(builder.Configuration.GetSection("Tokens"));
        #endregion
    }

    #region service
    internal sealed class GreeterService : Greeter.GreeterBase
    {
        public override Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context) =>
            Task.FromResult(new HelloReply { Message = $"Hello, {request.Name}, says {context.GetUser().Identity?.Name}!" });
    }
    #endregion
}
