using Grpc.Core;
using HelloApi;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddEtcdDiscovery(builder.Configuration["etcd"] ?? "http://127.0.0.1:2379"); // --etcd URL, or the variable ETCD
builder.Services.AddDiscoveryClient<Greeter.GreeterClient>(builder.Configuration["target"] ?? "etcd:///hello").AddStandardInterceptors();

using var host = builder.Build();
var greeter = host.Services.GetRequiredService<Greeter.GreeterClient>();
var patience = TimeSpan.FromSeconds(builder.Configuration.GetValue("wait", 60)); // --wait SECONDS, or the variable WAIT
// The call waits for a server instead of failing at once. The deadline bounds the wait.
var reply = await greeter.SayAsync(
    new HelloRequest { Name = "Ada" }, new CallOptions(deadline: DateTime.UtcNow + patience).WithWaitForReady());
Console.WriteLine(reply.Message);
