using Interceptors.Discovery.AspNetCore;
using Interceptors.Testing;
using Interceptors.Testing.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

if (args is [BlockingCalls.Verb, var target, var etcd, var prefix])
    return BlockingCalls.Call(target, etcd, prefix);

// A server in a process of its own, for tests that kill it or send it signals. Started by ServerProcess.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel =>
    kestrel.Listen(
        System.Net.IPAddress.Loopback, builder.Configuration.GetValue("Port", 0), listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddSingleton<ProbeService.Observer>();
builder.Services.AddGrpc();
builder.Services.AddEtcdDiscovery(builder.Configuration["Etcd"]!, o =>
{
    o.Prefix = builder.Configuration["Prefix"]!;
    o.LeaseTtl = builder.Configuration.GetValue<TimeSpan>("LeaseTtl");
});
builder.Services.AddServiceRegistration("user", builder.Configuration.GetSection("Registration"));
builder.Services.Configure<ServiceRegistrationOptions>("user", o => o.WaitUntilRegistered = true);
await using var app = builder.Build();
app.MapGrpcService<DrainedProbeService>();
await app.StartAsync();
Console.WriteLine(app.Urls.Single());

// The end of its input is the end of its parent, which it does not outlive.
_ = Task.Run(async () =>
{
    while (await Console.In.ReadLineAsync() is not null)
    {
    }

    Environment.Exit(2);
});
await app.WaitForShutdownAsync();
return 0;
