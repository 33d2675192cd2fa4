using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Interceptors.Discovery;

/// <summary>
/// Sees each attempt of each call to its end, which grpc-dotnet's own call tracker does not: that one is told when the response
/// begins. Below the balancer, above the connections. So it is also the first to know that a connection is gone: grpc-dotnet
/// may hold it for ready until a server is back that takes the next one.
/// </summary>
internal sealed class EndpointCallHandler(SocketsHttpHandler connections) : DelegatingHandler(connections)
{
    // More than what dies at once; less than for ever, where a network accepts connections and refuses them in turn.
    private const int MostMoves = 100;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (PickedRequest.EndpointOf(request) is not { } endpoint)
            return base.SendAsync(request, cancellationToken);
        return endpoint.Calls.AreObserved ? SendObservedAsync(endpoint, request, cancellationToken) : SendUnobservedAsync(request, cancellationToken);
    }

    // Holds no more than it must: a call pays for each variable that lives while it waits.
    private async Task<HttpResponseMessage> SendUnobservedAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Exception exception;
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            exception = e;
        }

        var endpoint = PickedRequest.EndpointOf(request)!;
        OnFailed(endpoint, request, ConnectionFailures.Of(exception, cancellationToken));
        return await SendElsewhereAsync(exception, endpoint, request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendObservedAsync(BalancedEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        endpoint.CallStarted();
        Exception exception;
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            response.Content = new ObservedContent(endpoint, request, response, started);
            return response;
        }
        catch (Exception e)
        {
            exception = e;
        }

        var failure = ConnectionFailures.Of(exception, cancellationToken);
        // Before the outcome is counted, so that an endpoint is not left out for what it is disconnected for.
        OnFailed(endpoint, request, failure);
        endpoint.CallEnded(OutcomeOf(exception, failure, request, started));
        return await SendElsewhereAsync(exception, endpoint, request, cancellationToken).ConfigureAwait(false);
    }

    private static void OnFailed(BalancedEndpoint endpoint, HttpRequestMessage request, ConnectionFailure failure)
    {
        if (failure != ConnectionFailure.None)
            endpoint.Calls.OnConnectionLost(endpoint, PickedRequest.SubchannelOf(request));
    }

    /// <summary>Transparent retry (gRFC A6): what was not sent is sent elsewhere, whatever the retry policy says.</summary>
    private async Task<HttpResponseMessage> SendElsewhereAsync(
        Exception exception, BalancedEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (ConnectionFailures.Of(exception, cancellationToken) == ConnectionFailure.Unsent
            && PickedRequest.CountMove(request) <= MostMoves
            && await endpoint.Calls.PickAgainAsync(PickedRequest.WaitsForReady(request), cancellationToken).ConfigureAwait(false) is { } other)
        {
            PickedRequest.Redirect(request, other);
            return await SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        ExceptionDispatchInfo.Throw(exception);
        throw exception;
    }

    private static CallOutcome OutcomeOf(Exception exception, ConnectionFailure failure, HttpRequestMessage request, long started) => exception switch
    {
        // Says nothing of the calls that are sent.
        _ when failure == ConnectionFailure.Unsent => CallOutcome.Abandoned,
        OperationCanceledException => CallOutcomes.OfEnded(request, started),
        _ => CallOutcome.Failed,
    };
}
