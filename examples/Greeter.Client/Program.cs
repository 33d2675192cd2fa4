using Demo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.AddFilter("Interceptors.Client", LogLevel.Debug); // calls that succeed are logged at Debug
builder.Services.AddEtcdDiscovery(builder.Configuration["etcd"] ?? "http://127.0.0.1:2379"); // --etcd URL, or the variable ETCD
builder.Services.AddClientInterceptors().AddStandard();
builder.Services.AddDiscoveryClient<Greeter.GreeterClient>(builder.Configuration["target"] ?? "etcd:///greeter");

using var host = builder.Build();
var greeter = host.Services.GetRequiredService<Greeter.GreeterClient>();
foreach (var name in new[] { "Ada", "Grace", "Edsger" })
{
    using var call = greeter.SayHelloAsync(new HelloRequest { Name = name });
    var reply = await call;
    var headers = await call.ResponseHeadersAsync;
    Console.WriteLine($"{reply.Message} (from {reply.Instance}, trace id {headers.GetValue("x-trace-id")})");
}
