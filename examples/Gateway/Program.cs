using System.Net;
using Demo;
using Grpc.Core;
using Interceptors.Client;
using Interceptors.Discovery;
using Interceptors.Propagation;
using Interceptors.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.ServiceDiscovery;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen( // --port 5000; without it a free one
    IPAddress.Loopback, builder.Configuration.GetValue("port", 0), listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc();
builder.Services.AddServerInterceptors().AddStandard();
builder.Services.ConfigureAll<ServerTimingOptions>(o => o.SlowCallThreshold = TimeSpan.FromMilliseconds(500)); // slower calls are warnings
builder.Services.ConfigureAll<ClientTimingOptions>(o => o.SlowCallThreshold = TimeSpan.FromMilliseconds(250));
builder.Services.ConfigureAll<TraceMetadataOptions>(o => o.JoinedKeys.Add("x-tenant")); // copied from incoming calls to outgoing ones

builder.Services.AddEtcdDiscovery(builder.Configuration["etcd"] ?? "http://127.0.0.1:2379"); // --etcd URL, or the variable ETCD
builder.Services.AddDiscoveryClient<Greeter.GreeterClient>(
    "etcd:///greeter",
    o =>
    {
        o.LoadBalancingPolicy = LoadBalancingPolicies.LeastRequest;
        o.WaitForReady = true; // the gateway may start before its servers
    }).AddStandardInterceptors();
builder.Services.AddServiceRegistration("gateway");
builder.Services.AddServiceDiscovery(); // .NET's own beside it: reads the section Services of appsettings.json

if (builder.Configuration.GetValue("telemetry", false)) // --telemetry true: traces and metrics on the console
{
    builder.Services.AddOpenTelemetry()
        .WithTracing(tracing => tracing.AddInterceptorsInstrumentation().AddConsoleExporter())
        .WithMetrics(metrics => metrics.AddInterceptorsInstrumentation().AddConsoleExporter());
}

var app = builder.Build();
app.MapGrpcService<GatewayService>();
app.MapGet("/where/{service}", async (string service, ServiceEndpointResolver resolver, CancellationToken cancellationToken) =>
    (await resolver.GetEndpointsAsync($"http://{service}", cancellationToken)).Endpoints.Select(endpoint => endpoint.ToString()));
app.Run();

// Passes each call on to a greeter. The trace id and the joined metadata go along without code.
internal sealed class GatewayService(Greeter.GreeterClient greeter) : Greeter.GreeterBase
{
    public override async Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context) =>
        await greeter.SayHelloAsync(request, cancellationToken: context.CancellationToken);
}
