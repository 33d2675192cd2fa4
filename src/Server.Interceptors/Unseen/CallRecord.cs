using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace Interceptors.Server;

/// <summary>
/// Goes with each gRPC request: what the timing interceptor did about its call. A single response is serialized after all interceptors,
/// so a call that succeeded up to there is not reported by the interceptor, but at the request's end, when its status is certain.
/// </summary>
internal sealed class CallRecord
{
    private ServerCall? _call;
    private Action<ServerCall, Status>? _report;
    // With the log scopes and the Activity of the call, which the request's end no longer has.
    private ExecutionContext? _scopes;
    private Status _status;

    /// <summary>Whether the call has been reported, or will be by <see cref="ReportKept"/>.</summary>
    public bool IsReported { get; private set; }

    /// <summary>Whether there is a call to report.</summary>
    public bool IsKept => _call is not null;

    /// <summary>To be asked by who reports a call at its end.</summary>
    /// <returns>Whether the record will have it reported; else the caller reports it now.</returns>
    public static bool Keeps(ServerCall call, Status status, Action<ServerCall, Status> report)
    {
        // A context that gRPC's server did not make has no request.
        if (call.Context is not IServerCallContextFeature || call.Context.GetHttpContext().Features.Get<CallRecord>() is not { } record)
            return false;
        var isFirst = !record.IsReported;
        record.IsReported = true;
        if (!isFirst || call.Kind is not (MethodType.Unary or MethodType.ClientStreaming) || status.StatusCode != StatusCode.OK)
            return false;
        record._call = call;
        record._report = report;
        record._scopes = ExecutionContext.Capture();
        return true;
    }

    /// <summary>Reports the call that was kept, with the status that it has in the end.</summary>
    public void ReportKept(Status status)
    {
        _status = status;
        if (_scopes is { } scopes)
            ExecutionContext.Run(scopes, static record => ((CallRecord)record!).Report(), this);
        else
            Report();
    }

    private void Report() => _report!(_call!, _status);
}
