using Grpc.Core;

namespace Interceptors.Client;

/// <summary>A blocking unary call with all its attempts. The caller's thread also waits during the pauses.</summary>
internal sealed class ResilientBlockingCall<TResponse>(MethodPolicy policy, CallOptions options, Func<CallOptions, TResponse> send)
    : ResilientCall(policy, options)
{
    public TResponse Run()
    {
        try
        {
            // Nothing that completes it needs this thread.
            EnterAsync().AsTask().GetAwaiter().GetResult();
            while (true)
            {
                try
                {
                    TResponse response;
                    using (Noted())
                        response = send(NextAttempt());
                    Ended(StatusCode.OK);
                    AttemptSucceeded();
                    return response;
                }
                catch (Exception exception) when (Failed(exception))
                {
                }
                PauseAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException exception) when (IsInterruption(exception))
        {
            // The channel knows which exception its callers expect.
            return send(Cancelled());
        }
        finally
        {
            Finished();
            Leave();
        }
    }

    /// <summary>An attempt has failed: whether another one follows.</summary>
    private bool Failed(Exception exception)
    {
        if (ReferenceEquals(exception, OwnError))
            return false;
        var status = StatusOf(exception, status: null);
        Ended(status);
        return Repeats(exception, status);
    }

    private void Ended(StatusCode status)
    {
        AttemptEnded(status);
        Policy.Reports.Attempted(Policy.Method, Attempts, status);
    }
}
