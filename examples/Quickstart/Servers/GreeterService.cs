using Demo;
using Grpc.Core;

namespace Quickstart.Servers;

/// <summary>Greets; and crashes over one name, as services do some day.</summary>
internal sealed partial class GreeterService(ILogger<GreeterService> logger) : Greeter.GreeterBase
{
    public const string CrashingName = "Bobby Tables";
    public const string Secret = "hunter2";
    public const string TenantKey = "x-md-global-tenant";

    public override Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context)
    {
        if (request.Name == CrashingName)
            throw new InvalidOperationException($"Login failed: Host=db7;Password={Secret}");
        LogGreeting(request.Name, context.RequestHeaders.GetValue(TenantKey), ReceivedKeys.Of(context));
        return Task.FromResult(new HelloReply { Message = $"Hello, {request.Name}!", Instance = context.Host });
    }

    [LoggerMessage(1, LogLevel.Debug, "Greeting {Name} of tenant {Tenant}; received {Keys}")]
    private partial void LogGreeting(string name, string? tenant, ReceivedKeys keys);
}
