using Demo;
using Grpc.Core.Interceptors;
using Interceptors.Client;
using Interceptors.Discovery;
using Microsoft.Extensions.Logging;

using var loggers = LoggerFactory.Create(logging => logging.AddConsole().SetMinimumLevel(LogLevel.Debug));
await using var discovery = DiscoveryChannelFactory.Create(o => o.UseEtcd(args.ElementAtOrDefault(0) ?? "http://127.0.0.1:2379"));
var channel = discovery.CreateChannel("etcd:///greeter"); // shared, balanced round robin
await channel.ConnectAsync(TimeSpan.FromSeconds(10));

var invoker = channel.Intercept(ClientInterceptors.Standard(loggers, o =>
{
    o.Deadline = deadline => deadline.Default = TimeSpan.FromSeconds(5);
    o.Resilience = resilience => resilience.UseRecommended("demo.Greeter/SayHello"); // may be carried out twice
    o.Tokens = TokenSources.Static("made-up"); // or File, Delegate, ClientCredentials, FirstOf
    o.FallbackToken = token => token.AllowPlainText = true; // this channel has no TLS
}));
var greeter = new Greeter.GreeterClient(invoker);
Console.WriteLine((await greeter.SayHelloAsync(new HelloRequest { Name = "Barbara" })).Message);
