using Demo;
using Interceptors.Propagation;
using Quickstart.Narration;

namespace Quickstart.Scenes;

/// <summary>Each side logs how long a call took; what lies inside took less.</summary>
internal sealed class TimedCalls : IScene
{
    public string Promise => "Each call is timed on both sides";

    public async Task<Measurement> PlayAsync(Stage stage, CancellationToken stop)
    {
        using var recording = stage.Tape.Record();
        var traceId = TraceId.Create();
        await stage.Gateway.SayHelloAsync(
            new HelloRequest { Name = "Edsger" }, new() { { TraceId.DefaultKey, traceId } }, cancellationToken: stop);

        var lines = stage.Tape.Of(traceId)
            .Where(line => line.IsFrom<Interceptors.Client.ClientTimingInterceptor>()
                || line.IsFrom<Interceptors.Server.ServerTimingInterceptor>())
            .ToList();
        foreach (var line in lines)
            stage.Narrator.Log(line.Hop, FormattableString.Invariant($"{line.ElapsedMilliseconds:0.00} ms"));

        // Logged from the inside out: greeter, the gateway's call of it, the gateway, the client's call of that.
        var elapsed = lines.Select(line => line.ElapsedMilliseconds).ToList();
        var isNested = elapsed.Zip(elapsed.Skip(1)).All(pair => pair.First < pair.Second);
        return new Measurement(
            lines.Count == 4 && isNested,
            string.Join(" < ", elapsed.Select(milliseconds => FormattableString.Invariant($"{milliseconds:0.00}"))) + " ms");
    }
}
