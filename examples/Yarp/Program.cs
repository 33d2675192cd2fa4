using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// A gateway in front of discovered servers: calls go to whoever is registered in etcd, live. Routes and services stand in appsettings.json.
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    // Without TLS a port speaks one version of HTTP. --port 5000 --grpc-port 5001; without them free ones.
    Listen("port", HttpProtocols.Http1);
    Listen("grpc-port", HttpProtocols.Http2);

    void Listen(string port, HttpProtocols protocols) => kestrel.Listen(
        IPAddress.Loopback, builder.Configuration.GetValue(port, 0), listen => listen.Protocols = protocols);
});
builder.Services.AddEtcdDiscovery(builder.Configuration["etcd"] ?? "http://127.0.0.1:2379"); // --etcd URL, or the variable ETCD
builder.Services.AddServiceDiscovery();
builder.Services.AddDiscoveryServiceEndpointProvider();
builder.Services.AddReverseProxy()
    .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
    .AddServiceDiscoveryDestinationResolver();

var app = builder.Build();
app.MapReverseProxy();
app.Run();
