using System.Diagnostics;

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

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        PickedRequest.EndpointOf(request) is { } endpoint
            ? SendAsync(endpoint, request, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(BalancedEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var moves = 0; ; moves++)
        {
            var isObserved = endpoint.Calls.AreObserved;
            var started = isObserved ? Stopwatch.GetTimestamp() : 0;
            if (isObserved)
                endpoint.CallStarted();
            try
            {
                var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (isObserved)
                    response.Content = new ObservedContent(endpoint, request, response, started);
                return response;
            }
            catch (Exception e)
            {
                var failure = ConnectionFailures.Of(e, cancellationToken);
                // Before the outcome is counted, so that an endpoint is not left out for what it is disconnected for.
                if (failure != ConnectionFailure.None)
                    endpoint.Calls.OnConnectionLost(endpoint, PickedRequest.SubchannelOf(request));
                if (isObserved)
                    endpoint.CallEnded(OutcomeOf(e, failure, request, started));
                // Transparent retry (gRFC A6): what was not sent is sent elsewhere, whatever the retry policy says.
                if (failure != ConnectionFailure.Unsent || moves == MostMoves)
                    throw;
                var waits = PickedRequest.WaitsForReady(request);
                if (await endpoint.Calls.PickAgainAsync(waits, cancellationToken).ConfigureAwait(false) is not { } other)
                    throw;
                PickedRequest.Redirect(request, other);
                endpoint = other;
            }
        }
    }

    private static CallOutcome OutcomeOf(Exception exception, ConnectionFailure failure, HttpRequestMessage request, long started) => exception switch
    {
        // Says nothing of the calls that are sent.
        _ when failure == ConnectionFailure.Unsent => CallOutcome.Abandoned,
        OperationCanceledException => CallOutcomes.OfEnded(request, started),
        _ => CallOutcome.Failed,
    };
}
