using Demo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Worker;

// A process without a port of its own that calls a discovered service for as long as it runs.
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddEtcdDiscovery(builder.Configuration["etcd"] ?? "http://127.0.0.1:2379"); // --etcd URL, or the variable ETCD
builder.Services
    .AddDiscoveryClient<Greeter.GreeterClient>("etcd:///greeter", o => o.WaitForReady = true) // it may start before its servers
    .AddStandardInterceptors(o => o.Deadline = deadline => deadline.Default = TimeSpan.FromSeconds(5));
builder.Services.AddHostedService<GreetingWorker>();
builder.Build().Run();
