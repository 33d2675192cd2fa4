using Grpc.Core;
using Polly;

namespace Interceptors.Client;

/// <summary>A unary call whose caller's thread waits for it, pauses included.</summary>
internal sealed class BlockingCall<TResponse>(MethodPlan plan, CallOptions options, Func<CallOptions, TResponse> send)
    : ResilientCall(plan, options)
{
    public TResponse Run()
    {
        var context = NewContext();
        try
        {
            // Nothing that completes it needs this thread.
            EnterAsync().AsTask().GetAwaiter().GetResult();
            return Plan.Pipeline.Execute(static (_, call) => call.Attempt(), context, this);
        }
        catch (Exception exception) when (Own(exception) is { } own)
        {
            throw own;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
            StopListening();
            Leave();
        }
    }

    private TResponse Attempt()
    {
        try
        {
            var response = send(NextAttempt());
            Plan.Reports.Attempted(Plan.Method, Attempts, StatusCode.OK);
            return response;
        }
        catch (Exception exception)
        {
            AttemptFailed(exception);
            Plan.Reports.Attempted(Plan.Method, Attempts, StatusOf(exception));
            throw;
        }
    }
}
