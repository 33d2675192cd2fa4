using Grpc.Core;

namespace Interceptors.Client;

/// <summary>A call with one response: unary, or client streaming, which has one attempt only.</summary>
internal sealed class AttemptedResponse<TRequest, TResponse>(MethodPlan plan, CallOptions options, Func<CallOptions, IDisposable> open)
    : AttemptedCall<TRequest, TResponse, TResponse>(plan, options, open)
    where TRequest : class
    where TResponse : class
{
    protected override Task<TResponse> ResultOfAsync(IDisposable inner) => InnerCall<TRequest, TResponse>.ResponseAsync(inner);

    protected override async Task HeadersOfLastAsync() => await ((Task)Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    protected override void Attempted(StatusCode status) => Plan.Reports.Attempted(Plan.Method, Attempts, status);

    protected override void Settled(bool failed) => Leave();
}
