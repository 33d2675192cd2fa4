using Demo;
using Interceptors.Propagation;
using Quickstart.Clients;
using Quickstart.Narration;
using Quickstart.Registries;

namespace Quickstart.Scenes;

/// <summary>The client calls the gateway, which calls a greeter: one trace id in all their logs.</summary>
internal sealed class OneTraceId : IScene
{
    public string Promise => "One trace id crosses both hops";

    public async Task<Measurement> PlayAsync(Stage stage, CancellationToken stop)
    {
        using var recording = stage.Tape.Record();
        using var work = IncomingCall.Begin(stop);
        var traceId = IncomingCall.Current!.TraceId;
        var reply = await stage.Gateway.SayHelloAsync(new HelloRequest { Name = "Ada" }, cancellationToken: stop);

        var greeter = stage.Greeters.Single(server => server.Address == reply.Instance).Name;
        string[] expected = [DemoClient.Name, Registry.Gateway, greeter];
        var lines = stage.Tape.Of(traceId);
        foreach (var line in lines)
            stage.Narrator.Log(line.Hop, $"trace id {line.TraceId}");

        var seen = expected.Where(host => lines.Any(line => line.Host == host)).ToList();
        return new Measurement(seen.Count == expected.Length, string.Join(", ", seen));
    }
}
