using System.Net;
using Demo;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.AddFilter("Interceptors.Client", LogLevel.Debug); // calls that succeed are logged at Debug
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen( // --port 5000; without it a free one
    IPAddress.Loopback, builder.Configuration.GetValue("port", 0), listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc();
builder.Services.AddServerInterceptors().AddStandard();
builder.Services.AddClientInterceptors().AddStandard();
builder.Services.AddEtcdDiscovery(builder.Configuration["etcd"] ?? "http://127.0.0.1:2379"); // --etcd URL, or the variable ETCD
builder.Services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter");
builder.Services.AddServiceRegistration("gateway");

var app = builder.Build();
app.MapGrpcService<GatewayService>();
app.Run();

// Passes each call on to a greeter. Trace id and joined metadata go along by themselves.
internal sealed class GatewayService(Greeter.GreeterClient greeter) : Greeter.GreeterBase
{
    public override async Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context) =>
        await greeter.SayHelloAsync(request, cancellationToken: context.CancellationToken);
}
