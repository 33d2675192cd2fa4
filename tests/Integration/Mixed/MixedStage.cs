using System.Globalization;
using Grpc.Core;

namespace Interceptors.Integration.Tests;

/// <summary>What the plan has happen in handlers, and the probe's own requests can't ask for.</summary>
internal static class MixedStage
{
    public static Func<ServerCallContext, Task> Of(IReadOnlyList<MixedCall> calls) => context =>
    {
        var traceId = context.RequestHeaders.GetValue("x-trace-id")!;
        var call = calls[int.Parse(traceId.AsSpan(traceId.IndexOf('-', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture)];
        call.HandlerRuns();
        if (call.End == MixedEnd.ServerCancels)
            throw new OperationCanceledException("The server gives up.");
        if (call.End == MixedEnd.ServerResets)
            context.GetHttpContext().Abort();
        return Task.CompletedTask;
    };
}
