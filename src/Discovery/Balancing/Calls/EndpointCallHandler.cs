using System.Diagnostics;

namespace Interceptors.Discovery;

/// <summary>
/// Sees each attempt of each call to its end, which grpc-dotnet's own call tracker does not: that one is told when the response
/// begins. Below the balancer, above the connections.
/// </summary>
internal sealed class EndpointCallHandler(SocketsHttpHandler connections) : DelegatingHandler(connections)
{
    /// <summary>By what a picker says that it wants to see a call through.</summary>
    public static readonly HttpRequestOptionsKey<BalancedEndpoint> Picked = new("Interceptors.Discovery.Picked");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Options.TryGetValue(Picked, out var endpoint)
            ? ObserveAsync(endpoint, request, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> ObserveAsync(
        BalancedEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        endpoint.CallStarted();
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            endpoint.CallEnded(CallOutcomes.OfEnded(request, started));
            throw;
        }
        catch
        {
            endpoint.CallEnded(CallOutcome.Failed);
            throw;
        }

        response.Content = new ObservedContent(endpoint, request, response, started);
        return response;
    }
}
