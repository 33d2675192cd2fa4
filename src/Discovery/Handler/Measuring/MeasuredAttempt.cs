using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>One attempt of a gRPC call, from the search for its endpoint to the end of its response, in gRPC's own metrics.</summary>
internal sealed class MeasuredAttempt
{
    private static readonly HttpRequestOptionsKey<long> Began = new("interceptors.attempt.began");

    private readonly MessageSizes _sent = new();
    private readonly MessageSizes _received = new();
    private readonly GrpcMetrics _metrics;
    private readonly HttpRequestMessage _request;
    private readonly string _target;
    private readonly string _method;
    private readonly long _began;

    private MeasuredAttempt(GrpcMetrics metrics, HttpRequestMessage request, string target)
    {
        _metrics = metrics;
        _request = request;
        _target = target;
        _method = metrics.MethodOf(request);
        _began = request.Options.TryGetValue(Began, out var began) ? began : TimeProvider.System.GetTimestamp();
        ((IDictionary<string, object?>)request.Options).Remove(Began.Key);
        metrics.Started(_method, target);
    }

    /// <summary>The search for an endpoint begins, and takes time.</summary>
    public static void Begin(HttpRequestMessage request) => request.Options.Set(Began, TimeProvider.System.GetTimestamp());

    /// <summary>Sends a request, measured to the end of its response.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        GrpcMetrics metrics, string target, HttpRequestMessage request, Func<Task<HttpResponseMessage>> send)
    {
        var attempt = new MeasuredAttempt(metrics, request, target);
        var content = request.Content!;
        request.Content = new MeasuredContent(content, attempt._sent);
        try
        {
            var response = await send().ConfigureAwait(false);
            response.Content = new MeasuredContent(response.Content, attempt._received, () => attempt.End(attempt.StatusOf(response)));
            return response;
        }
        catch (Exception exception)
        {
            attempt.End(exception is OperationCanceledException ? attempt.StatusOfEnded() : StatusCode.Unavailable);
            // It may be sent again.
            request.Content = content;
            throw;
        }
    }

    private void End(StatusCode status) => _metrics.Ended(
        _method, _target, status, TimeProvider.System.GetElapsedTime(_began), _sent.Total, _received.Total);

    private StatusCode StatusOf(HttpResponseMessage response) =>
        CallOutcomes.StatusOf(response) ?? (response.IsSuccessStatusCode ? StatusOfEnded() : CallOutcomes.StatusOf(response.StatusCode));

    // Of an attempt that was ended from this side. It began a while after its time was reckoned.
    private StatusCode StatusOfEnded() =>
        CallOutcomes.HasTimedOut(_request, _began, tolerance: 0.1) ? StatusCode.DeadlineExceeded : StatusCode.Cancelled;
}
