using Grpc.Core;
using Polly;

namespace Interceptors.Client;

/// <summary>A blocking unary call with all its attempts. The caller's thread also waits during the pauses.</summary>
internal sealed class ResilientBlockingCall<TResponse>(MethodPolicy policy, CallOptions options, Func<CallOptions, TResponse> send)
    : ResilientCall(policy, options)
{
    public TResponse Run()
    {
        var context = NewContext();
        try
        {
            // Nothing that completes it needs this thread.
            EnterAsync().AsTask().GetAwaiter().GetResult();
            return Policy.Pipeline.Execute(static (_, call) => call.Attempt(), context, this);
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
            Policy.Reports.Attempted(Policy.Method, Attempts, StatusCode.OK);
            return response;
        }
        catch (Exception exception)
        {
            AttemptFailed(exception);
            Policy.Reports.Attempted(Policy.Method, Attempts, StatusOf(exception));
            throw;
        }
    }
}
