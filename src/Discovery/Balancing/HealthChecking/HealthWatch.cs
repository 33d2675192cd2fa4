using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>
/// Watches the health of one endpoint over the connection that its calls use, from when it is connected until it is not. Asks
/// again when the watch breaks. An endpoint that has no health service is healthy (gRFC A17).
/// </summary>
internal sealed class HealthWatch
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly Uri Method = new("http://health/grpc.health.v1.Health/Watch");

    private readonly EndpointConnection _connection;
    private readonly BalancedEndpoint _endpoint;
    private readonly byte[] _request;
    private readonly Action<HealthWatch, BalancedEndpoint, string?> _report;
    private readonly BackgroundLoop _loop;

    /// <summary>
    /// Starts to watch. The report is told what is wrong with the endpoint, or null that nothing is, each time that is known.
    /// </summary>
    public HealthWatch(BalancedEndpoint endpoint, string service, Action<HealthWatch, BalancedEndpoint, string?> report)
    {
        _connection = endpoint.Connection!;
        _endpoint = endpoint;
        _request = HealthMessages.Request(service);
        _report = report;
        _loop = BackgroundLoop.Start(RunAsync);
    }

    public void Stop() => _loop.Stop();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstPause, LongestPause, TimeProvider.System);
        while (true)
        {
            backoff.AttemptStarts();
            string problem;
            try
            {
                var status = await WatchAsync(cancellationToken).ConfigureAwait(false);
                if (status == StatusCode.Unimplemented)
                {
                    _report(this, _endpoint, null);
                    return;
                }

                problem = $"its health can't be watched: {status?.ToString() ?? "the answer ended without a status"}";
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // The channel may have gone before the watch was told to stop; nobody asks any more.
                return;
            }
            catch (Exception exception)
            {
                problem = $"its health can't be watched: {SafeText.Of(exception.Message)}";
            }

            _report(this, _endpoint, problem);
            await Task.Delay(backoff.Next(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Follows one watch to its end.</summary>
    private async Task<StatusCode?> WatchAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _connection.Uris.Of(Method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(_request) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.Host = _connection.Authority;
        using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        // Without a gRPC service at that path a server may answer in plain HTTP.
        if (response.StatusCode != HttpStatusCode.OK)
            return response.StatusCode == HttpStatusCode.NotFound ? StatusCode.Unimplemented : StatusCode.Unavailable;
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        while (await HealthMessages.ReadFrameAsync(stream, cancellationToken).ConfigureAwait(false) is { } message)
        {
            var status = HealthMessages.StatusOf(message);
            _report(this, _endpoint, status == ServingStatus.Serving ? null : $"it reports {status}");
        }

        return CallOutcomes.StatusOf(response.TrailingHeaders) ?? CallOutcomes.StatusOf(response.Headers);
    }
}
