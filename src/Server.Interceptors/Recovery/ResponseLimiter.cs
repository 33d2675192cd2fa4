using Grpc.Core;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

/// <summary>
/// Keeps the status text and the trailers of a response within what HTTP can carry. Tens of kilobytes, or a character that a header must
/// not have, cost the client not only the status but the whole connection.
/// </summary>
internal sealed partial class ResponseLimiter(int maxBytes, ILogger logger)
{
    /// <summary>A failed call: the exception itself, or one of the same code with what can be sent.</summary>
    public RpcException Limit(ServerCall call, RpcException failure)
    {
        var status = Limit(failure.Status);
        var budget = maxBytes - FailureTrailers.SizeWith(status, Metadata.Empty);
        var trailers = failure.Trailers;
        if (!Fits(trailers, budget))
        {
            trailers = trailers.Copy();
            Trim(call, trailers, budget);
        }
        budget -= FailureTrailers.SizeOf(trailers);
        Trim(call, call.Context.ResponseTrailers, budget);
        return ReferenceEquals(trailers, failure.Trailers) && status.Detail == failure.Status.Detail
            ? failure
            : new RpcException(status, trailers);
    }

    /// <summary>A call whose handler returned: the trailers and the status that it set.</summary>
    public void Limit(ServerCall call)
    {
        var status = call.Context.Status;
        if (status.StatusCode != StatusCode.OK)
        {
            var limited = Limit(status);
            if (limited.Detail != status.Detail)
                call.Context.Status = status = limited;
        }
        Trim(call, call.Context.ResponseTrailers, maxBytes - FailureTrailers.SizeWith(status, Metadata.Empty));
    }

    private Status Limit(Status status)
    {
        var text = StatusText.Bounded(status.Detail, maxBytes / 2);
        return text == status.Detail ? status : new Status(status.StatusCode, text, status.DebugException);
    }

    private static bool Fits(Metadata trailers, int budget)
    {
        foreach (var entry in trailers)
        {
            budget -= FailureTrailers.SizeOf(entry);
            if (budget < 0 || !FailureTrailers.IsSendable(entry))
                return false;
        }
        return true;
    }

    /// <summary>Removes what can't be sent, and what exceeds the budget; what comes first stays.</summary>
    private void Trim(ServerCall call, Metadata trailers, int budget)
    {
        for (var i = 0; i < trailers.Count;)
        {
            var entry = trailers[i];
            var size = FailureTrailers.SizeOf(entry);
            if (FailureTrailers.IsSendable(entry) && size <= budget)
            {
                budget -= size;
                i++;
                continue;
            }
            if (FailureTrailers.IsSendable(entry))
                LogTrailerTooLarge(logger, entry.Key, call.Method, size, maxBytes, call.TraceId);
            else
                LogTrailerDropped(logger, entry.Key, call.Method, call.TraceId);
            trailers.RemoveAt(i);
        }
    }
}
