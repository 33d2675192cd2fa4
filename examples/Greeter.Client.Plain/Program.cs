using Demo;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Discovery;
using Microsoft.Extensions.Logging;

var etcd = Environment.GetEnvironmentVariable("ETCD") ?? "http://127.0.0.1:2379";
var token = Environment.GetEnvironmentVariable("TOKEN") ?? "made-up";
using var loggers = LoggerFactory.Create(logging => logging.AddConsole().SetMinimumLevel(LogLevel.Debug));
await using var discovery = DiscoveryChannelFactory.Create(o => o.UseEtcd(args is ["--etcd", var url] ? url : etcd));
var channel = discovery.CreateChannel("etcd:///greeter"); // shared, balanced round robin

var invoker = channel.Intercept(ClientInterceptors.Standard(loggers, o =>
{
    o.Deadline = deadline => deadline.Default = TimeSpan.FromMinutes(1);
    o.Resilience = resilience => resilience.UseRecommended("demo.Greeter/SayHello"); // may be carried out twice
    o.Tokens = TokenSources.Static(token); // or File, Delegate, ClientCredentials, FirstOf
    o.FallbackToken = token => token.AllowPlainText = true; // this channel has no TLS
}));
var greeter = new Greeter.GreeterClient(invoker);
try
{
    var reply = await greeter.SayHelloAsync(new HelloRequest { Name = "Barbara" }, new CallOptions().WithWaitForReady());
    Console.WriteLine(reply.Message);
    return 0;
}
catch (RpcException exception)
{
    Console.Error.WriteLine($"No greeter answered ({exception.StatusCode}). Are etcd and Greeter.Server up? {exception.Status.Detail}");
    return 1;
}
