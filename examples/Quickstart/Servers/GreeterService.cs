using Demo;
using Grpc.Core;

namespace Quickstart.Servers;

/// <summary>Greets; and crashes over one name, as services do some day.</summary>
internal sealed partial class GreeterService(Pace pace, ILogger<GreeterService> logger) : Greeter.GreeterBase
{
    public const string CrashingName = "Bobby Tables";
    public const string Secret = "hunter2";
    public const string TenantKey = "x-md-global-tenant";

    public override async Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context)
    {
        if (request.Name == CrashingName)
            throw new InvalidOperationException($"Login failed: Host=db7;Password={Secret}");
        LogGreeting(request.Name, context.RequestHeaders.GetValue(TenantKey), ReceivedKeys.Of(context));
        if (pace.Time > TimeSpan.Zero)
            await Task.Delay(pace.Time, context.CancellationToken);
        return new HelloReply { Message = $"Hello, {request.Name}!", Instance = context.Host };
    }

    [LoggerMessage(1, LogLevel.Debug, "Greeting {Name} of tenant {Tenant}; received {Keys}")]
    private partial void LogGreeting(string name, string? tenant, ReceivedKeys keys);
}
