using Demo;
using Grpc.Core;
using Interceptors.Propagation;
using Quickstart.Narration;
using Quickstart.Servers;

namespace Quickstart.Scenes;

/// <summary>What is on the allow-list travels through the gateway by itself; what is not, and credentials, stay there.</summary>
internal sealed class JoinedMetadata : IScene
{
    private const string Tenant = "acme";
    private static readonly string[] Staying = ["x-debug-note", "authorization"];

    public string Promise => "Allowed metadata travels on, the rest does not";

    public async Task<Measurement> PlayAsync(Stage stage, CancellationToken stop)
    {
        using var recording = stage.Tape.Record();
        var traceId = TraceId.Create();
        var metadata = new Metadata
        {
            { TraceId.DefaultKey, traceId },
            { GreeterService.TenantKey, Tenant },
            { "x-debug-note", "for the gateway only" },
            { "authorization", "Bearer of-the-client" },
        };
        await stage.Gateway.SayHelloAsync(new HelloRequest { Name = "Grace" }, metadata, cancellationToken: stop);

        var lines = stage.Tape.Of(traceId);
        var gateway = lines.Single(line => line.IsFrom<GatewayService>());
        var greeter = lines.Single(line => line.IsFrom<GreeterService>());
        stage.Narrator.Log(gateway.Hop, gateway.Message);
        stage.Narrator.Log(greeter.Hop, greeter.Message);

        var atGateway = (ReceivedKeys)gateway.Values["Keys"]!;
        var atGreeter = (ReceivedKeys)greeter.Values["Keys"]!;
        var arrived = Equals(greeter.Values["Tenant"], Tenant);
        var leaked = Staying.Where(atGreeter.Contains).ToList();
        return new Measurement(
            arrived && leaked.Count == 0 && Staying.All(atGateway.Contains),
            $"tenant {(arrived ? "arrived" : "LOST")}, {Staying.Length - leaked.Count} of {Staying.Length} others stayed");
    }
}
