using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>Reads how a call ended from what HTTP knows of it.</summary>
internal static class CallOutcomes
{
    public static CallOutcome Of(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (!IsGrpc(request))
            return (int)response.StatusCode >= 500 ? CallOutcome.Failed : CallOutcome.Succeeded;
        if (response.StatusCode != HttpStatusCode.OK)
            return CallOutcome.Failed;
        return StatusOf(response) switch
        {
            null => CallOutcome.Abandoned,
            StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted or StatusCode.Unimplemented
                or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss => CallOutcome.Failed,
            _ => CallOutcome.Succeeded,
        };
    }

    /// <summary>
    /// Of a call that was ended from this side: a failure if its time was up, for then the endpoint did not answer in time.
    /// </summary>
    // A timer may fire a tick before its time.
    public static CallOutcome OfEnded(HttpRequestMessage request, long started) =>
        HasTimedOut(request, started, tolerance: 0.02) ? CallOutcome.Failed : CallOutcome.Abandoned;

    /// <summary>Whether the time that the caller gives a request is up, or all but a share of it.</summary>
    public static bool HasTimedOut(HttpRequestMessage request, long started, double tolerance) =>
        request.Headers.NonValidated.TryGetValues("grpc-timeout", out var values)
        && TimeoutOf(values.ToString()) is { } timeout
        && TimeProvider.System.GetElapsedTime(started) >= timeout * (1 - tolerance);

    public static bool IsGrpc(HttpRequestMessage request) =>
        request.Content?.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;

    /// <summary>The status that the server gave; null if none has come.</summary>
    public static StatusCode? StatusOf(HttpResponseMessage response) => StatusOf(response.TrailingHeaders) ?? StatusOf(response.Headers);

    /// <summary>What gRPC makes of the status of a response that is not its own ("HTTP to gRPC Status Code Mapping").</summary>
    public static StatusCode StatusOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    public static StatusCode? StatusOf(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("grpc-status", out var values)
        && int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? (StatusCode)code
            : null;

    // gRPC over HTTP/2: digits and a unit.
    private static TimeSpan? TimeoutOf(string text)
    {
        if (text.Length < 2 || !long.TryParse(
            text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return text[^1] switch
        {
            'H' => TimeSpan.FromHours(number),
            'M' => TimeSpan.FromMinutes(number),
            'S' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMilliseconds(number),
            'u' => TimeSpan.FromMicroseconds(number),
            'n' => TimeSpan.FromTicks(number / 100),
            _ => null,
        };
    }
}
