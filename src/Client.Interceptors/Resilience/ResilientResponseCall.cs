using Grpc.Core;

namespace Interceptors.Client;

/// <summary>A call with one response: unary, or client streaming. The latter has one attempt only.</summary>
internal sealed class ResilientResponseCall<TRequest, TResponse>(
    MethodPolicy policy, CallOptions options, Func<CallOptions, IDisposable> open)
    : AsyncResilientCall<TRequest, TResponse, TResponse>(policy, options, open)
    where TRequest : class
    where TResponse : class
{
    protected override Task<TResponse> ResultOfAsync(IDisposable inner) => AsyncCallMembers<TRequest, TResponse>.ResponseAsync(inner);

    protected override void Attempted(StatusCode status) => Policy.Reports.Attempted(Policy.Method, Attempts, status);

    protected override void Settled(bool failed) => Leave();
}
