using System.Net;
using Grpc.Core;
using GrpcApp;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen( // --port 5000; without it a free one
    IPAddress.Loopback, builder.Configuration.GetValue("port", 0), listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc();
builder.Services.AddServerInterceptors().AddStandard();
builder.Services.AddEtcdDiscovery(builder.Configuration["etcd"] ?? "http://127.0.0.1:2379"); // --etcd URL, or the variable ETCD
builder.Services.AddDiscoveryClient<Hello.HelloClient>("etcd:///hello").AddStandardInterceptors();
builder.Services.AddServiceRegistration("hello-gateway");

var app = builder.Build();
app.MapGrpcService<GatewayService>();
app.Run();

// Passes each call on. Trace id, deadline and cancellation go along without code.
internal sealed class GatewayService(Hello.HelloClient hello) : Hello.HelloBase
{
    public override async Task<HelloReply> Say(HelloRequest request, ServerCallContext context) =>
        await hello.SayAsync(request, new CallOptions().WithWaitForReady());
}
