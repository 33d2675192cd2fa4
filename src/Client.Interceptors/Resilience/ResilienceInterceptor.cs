using System.Diagnostics.Metrics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>
/// Repeats calls that failed, limits the time of each attempt and the number of calls at once, and spares a failing server.
/// Everything is off until <see cref="ResilienceOptions"/> turn it on; a call for whose method nothing is on is passed on
/// untouched. The caller sees status, headers and trailers of the last attempt. An open circuit gives Unavailable, a missing
/// place ResourceExhausted. What stands inside of this interceptor runs once for each attempt.
/// </summary>
public sealed class ResilienceInterceptor : Interceptor
{
    private readonly MethodPolicies _policies;

    /// <summary>Creates the interceptor.</summary>
    /// <param name="options">What is on; nothing if null.</param>
    /// <param name="logger">Told of attempts, refusals and circuits; may be null.</param>
    /// <param name="timeProvider">Times pauses and circuits; the system's if null.</param>
    /// <param name="meterFactory">Makes the meters; null uses those of the process.</param>
    /// <param name="channel">What the calls go to, for gRPC's own metrics; null if not known.</param>
    /// <exception cref="ArgumentException">An option is wrong; the message names it and the fix.</exception>
    public ResilienceInterceptor(
        IOptions<ResilienceOptions>? options = null,
        ILogger<ResilienceInterceptor>? logger = null,
        TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null,
        ChannelDescription? channel = null)
    {
        var reports = new ResilienceReports(logger ?? NullLogger<ResilienceInterceptor>.Instance, meterFactory, channel?.Target);
        _policies = new MethodPolicies(new ResilienceOptionsValidator().Checked(options), timeProvider ?? TimeProvider.System, reports);
    }

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return _policies.For(context.Method, context.Host) is { } policy
            ? ResilientCallFactory.Blocking(policy, request, context, continuation)
            : continuation(request, context);
    }

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return _policies.For(context.Method, context.Host) is { } policy
            ? ResilientCallFactory.Unary(policy, request, context, continuation)
            : continuation(request, context);
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return _policies.For(context.Method, context.Host) is { } policy
            ? ResilientCallFactory.ServerStreaming(policy, request, context, continuation)
            : continuation(request, context);
    }

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return _policies.For(context.Method, context.Host) is { } policy
            ? ResilientCallFactory.ClientStreaming(policy, context, continuation)
            : continuation(context);
    }

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return _policies.For(context.Method, context.Host) is { } policy
            ? ResilientCallFactory.Duplex(policy, context, continuation)
            : continuation(context);
    }
}
