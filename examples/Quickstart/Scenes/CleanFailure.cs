using Demo;
using Grpc.Core;
using Interceptors.Propagation;
using Interceptors.Server;
using Quickstart.Narration;
using Quickstart.Servers;

namespace Quickstart.Scenes;

/// <summary>A handler throws an exception with a password in it. The server logs it; the client gets a status and the trace id.</summary>
internal sealed class CleanFailure : IScene
{
    public string Promise => "A crash in a handler leaks nothing to the client";

    public async Task<Measurement> PlayAsync(Stage stage, CancellationToken stop)
    {
        using var recording = stage.Tape.Record();
        var traceId = TraceId.Create();
        RpcException failure;
        try
        {
            await stage.Greeter.SayHelloAsync(
                new HelloRequest { Name = GreeterService.CrashingName }, new() { { TraceId.DefaultKey, traceId } },
                cancellationToken: stop);
            return new Measurement(false, "the call succeeded");
        }
        catch (RpcException exception) when (!stop.IsCancellationRequested)
        {
            failure = exception;
            stage.Crashed = CallExplanation.Of(exception);
        }

        var logged = stage.Tape.Of(traceId).FirstOrDefault(line => line.IsFrom<RecoveryInterceptor>());
        stage.Narrator.Log($"log of {logged?.Host ?? "nobody"}", $"{logged?.Message}: {logged?.Exception?.Message}");
        stage.Narrator.Log("client receives", $"{failure.StatusCode}: {failure.Status.Detail}");

        var received = failure + string.Concat(failure.Trailers.Select(entry => entry.ToString()));
        var leaks = received.Contains(GreeterService.Secret, StringComparison.Ordinal)
            || received.Contains(nameof(InvalidOperationException), StringComparison.Ordinal);
        var isLogged = logged?.Exception?.Message.Contains(GreeterService.Secret, StringComparison.Ordinal) == true;
        var hasTraceId = failure.Status.Detail.Contains(traceId, StringComparison.Ordinal);
        return new Measurement(
            failure.StatusCode == StatusCode.Internal && !leaks && isLogged && hasTraceId,
            $"{failure.StatusCode}, {(hasTraceId ? "" : "NO ")}trace id, {(leaks ? "LEAKED" : "no leak")}, "
                + $"{(isLogged ? "" : "NOT ")}logged");
    }
}
