using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>
/// Holds the report of a call until its request has ended. A single response is serialized after all interceptors, so only then is
/// the status of a successful call certain.
/// </summary>
internal sealed class DeferredCallReport
{
    // Most requests run to their end without giving their thread back, so that one record for each thread serves them all.
    [ThreadStatic]
    private static DeferredCallReport? _spare;

    private ServerCall? _call;
    private Action<ServerCall, Status>? _report;
    // With the log scopes and the Activity of the call, which the request's end no longer has.
    private ExecutionContext? _scopes;
    private Status _status;
    private bool _isSilent;

    /// <summary>Whether the call has been reported, or will be by <see cref="ReportKept"/>.</summary>
    public bool IsReported { get; private set; }

    /// <summary>Whether there is a call to report.</summary>
    public bool IsKept => _call is not null;

    public static DeferredCallReport Begin(HttpContext context)
    {
        var record = _spare ?? new DeferredCallReport();
        _spare = null;
        context.Features.Set(record);
        return record;
    }

    /// <summary>After which the record may serve another request.</summary>
    public void End(HttpContext context)
    {
        context.Features.Set<DeferredCallReport>(null);
        IsReported = false;
        _call = null;
        _report = null;
        _scopes = null;
        _status = default;
        _isSilent = false;
        _spare = this;
    }

    /// <summary>To be asked by who reports a call at its end.</summary>
    /// <param name="call">The call.</param>
    /// <param name="status">The status that it has now.</param>
    /// <param name="report">Reports it.</param>
    /// <param name="isSilent">Whether nobody wants to hear of it if that stays its status.</param>
    /// <returns>Whether the record will have it reported; else the caller reports it now.</returns>
    public static bool Keeps(ServerCall call, Status status, Action<ServerCall, Status> report, bool isSilent)
    {
        if (Of(call) is not { } record)
            return false;
        var isFirst = !record.IsReported;
        record.IsReported = true;
        if (!isFirst || call.Kind is not (MethodType.Unary or MethodType.ClientStreaming) || status.StatusCode != StatusCode.OK)
            return false;
        record._call = call;
        record._report = report;
        record._scopes = ExecutionContext.Capture();
        record._isSilent = isSilent;
        return true;
    }

    /// <summary>Reports the call that was kept, with the status that it has in the end.</summary>
    public void ReportKept(HttpContext context, Exception? error, TimeSpan elapsed)
    {
        var status = _call!.Context.Status;
        var stays = status.StatusCode == StatusCode.OK && error is null && !context.RequestAborted.IsCancellationRequested;
        if (stays && _isSilent)
            return;
        _status = stays ? status : ResponseStatus.Of(context, error, elapsed);
        if (_scopes is { } scopes)
            ExecutionContext.Run(scopes, static record => ((DeferredCallReport)record!).Report(), this);
        else
            Report();
    }

    // A context that gRPC's server did not make has no request.
    private static DeferredCallReport? Of(ServerCall call) =>
        call.Context is IServerCallContextFeature ? call.Context.GetHttpContext().Features.Get<DeferredCallReport>() : null;

    private void Report() => _report!(_call!, _status);
}
