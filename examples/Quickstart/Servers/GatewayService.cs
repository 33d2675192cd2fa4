using Demo;
using Grpc.Core;

namespace Quickstart.Servers;

/// <summary>Passes each call on to a greeter. Trace id and joined metadata go along by themselves.</summary>
internal sealed partial class GatewayService(Greeter.GreeterClient greeter, ILogger<GatewayService> logger) : Greeter.GreeterBase
{
    public override async Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context)
    {
        LogForwarding(request.Name, ReceivedKeys.Of(context));
        return await greeter.SayHelloAsync(request, cancellationToken: context.CancellationToken);
    }

    [LoggerMessage(1, LogLevel.Debug, "Passing on the call of {Name}; received {Keys}")]
    private partial void LogForwarding(string name, ReceivedKeys keys);
}
