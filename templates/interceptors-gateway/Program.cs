using System.Net;
using Grpc.Core;
using HelloApi;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen( // --port 5000; without it a free one
    IPAddress.Loopback, builder.Configuration.GetValue("port", 0), listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc();
builder.Services.AddServerInterceptors().AddStandard();
builder.Services.AddEtcdDiscovery(builder.Configuration["etcd"] ?? "http://127.0.0.1:2379"); // --etcd URL, or the variable ETCD
builder.Services.AddDiscoveryClient<Greeter.GreeterClient>("etcd:///hello").AddStandardInterceptors();
builder.Services.AddServiceRegistration("hello-gateway");

var app = builder.Build();
app.MapGrpcService<GatewayService>();
app.Run();

// Passes each call on. Trace id, deadline and cancellation go along without code.
public sealed class GatewayService(Greeter.GreeterClient greeter) : Greeter.GreeterBase
{
    public override async Task<HelloReply> Say(HelloRequest request, ServerCallContext context) =>
        await greeter.SayAsync(request, new CallOptions().WithWaitForReady());
}
