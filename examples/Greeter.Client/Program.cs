using Demo;
using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.AddFilter("Interceptors.Client", LogLevel.Debug); // calls that succeed are logged at Debug
builder.Services.AddEtcdDiscovery(builder.Configuration["etcd"] ?? "http://127.0.0.1:2379"); // --etcd URL, or the variable ETCD
builder.Services.AddDiscoveryClient<Greeter.GreeterClient>(builder.Configuration["target"] ?? "etcd:///greeter").AddStandardInterceptors();

using var host = builder.Build();
var greeter = host.Services.GetRequiredService<Greeter.GreeterClient>();
var patience = TimeSpan.FromSeconds(builder.Configuration.GetValue("wait", 60)); // --wait SECONDS, or the variable WAIT
try
{
    foreach (var name in new[] { "Ada", "Grace", "Edsger" })
    {
        // Wait-for-ready: the call waits for a server instead of failing at once. The deadline bounds the wait.
        var options = new CallOptions(deadline: DateTime.UtcNow + patience).WithWaitForReady();
        using var work = IncomingCall.Begin(); // one trace id for all calls of this piece of work
        var reply = await greeter.SayHelloAsync(new HelloRequest { Name = name }, options);
        Console.WriteLine($"{reply.Message} (from {reply.Instance}, trace id {IncomingCall.Current!.TraceId})");
    }
    return 0;
}
catch (RpcException exception)
{
    Console.Error.WriteLine($"No greeter answered ({exception.StatusCode}). Are etcd and Greeter.Server up? {exception.Status.Detail}");
    return 1;
}
