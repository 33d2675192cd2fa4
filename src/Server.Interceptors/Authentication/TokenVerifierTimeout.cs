using Grpc.Core;

namespace Interceptors.Server;

/// <summary>Calls a verifier with a time limit, even if the verifier ignores its cancellation token.</summary>
internal static class TokenVerifierTimeout
{
    public static async ValueTask<TokenVerification> VerifyWithinAsync(
        this ITokenVerifier verifier, string token, ServerCallContext context, TimeSpan timeout)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            var pending = verifier.VerifyAsync(token, context, limit.Token);
            var verification = pending.IsCompleted
                ? await pending.ConfigureAwait(false)
                : await Observed(pending.AsTask()).WaitAsync(limit.Token).ConfigureAwait(false);
            return verification ?? throw new TokenVerificationException($"{verifier.GetType().Name} returned null");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new TokenVerificationException($"there was no answer within {timeout} (VerificationTimeout)");
        }
    }

    /// <summary>What a verifier throws when nobody waits for it any more is nobody's concern.</summary>
    private static Task<TokenVerification> Observed(Task<TokenVerification> task)
    {
        _ = task.ContinueWith(
            static failed => _ = failed.Exception,
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        return task;
    }
}
