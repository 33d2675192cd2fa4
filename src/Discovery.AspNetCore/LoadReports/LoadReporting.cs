using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>Adds the report to the trailers of each gRPC response, outside of all other middleware.</summary>
internal sealed class LoadReporting(LoadMeter meter) : IStartupFilter
{
    private const string Trailer = "endpoint-load-metrics-bin";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, inner) => IsCall(context.Request) ? ReportAsync(context, inner) : inner(context));
        next(app);
    };

    // Questions for the health of the server are no load.
    private static bool IsCall(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase)
        && !type.StartsWith("application/grpc-web", StringComparison.OrdinalIgnoreCase)
        && !request.Path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal);

    private async Task ReportAsync(HttpContext context, RequestDelegate inner)
    {
        var isError = true;
        try
        {
            await inner(context).ConfigureAwait(false);
            isError = IsError(context.Response);
        }
        finally
        {
            if (meter.Count(isError) is { } report)
                Add(context.Response, report);
        }
    }

    private static void Add(HttpResponse response, string report)
    {
        // A response that has not begun has its trailers among its headers.
        if (!response.HasStarted)
            response.Headers[Trailer] = report;
        else if (Trailers(response) is { IsReadOnly: false } trailers)
            trailers[Trailer] = report;
    }

    private static bool IsError(HttpResponse response)
    {
        var status = Trailers(response)?["grpc-status"].ToString();
        if (string.IsNullOrEmpty(status))
            status = response.Headers["grpc-status"].ToString();
        return int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && (StatusCode)code
            is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted or StatusCode.Internal
            or StatusCode.Unavailable or StatusCode.DataLoss;
    }

    private static IHeaderDictionary? Trailers(HttpResponse response) =>
        response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
}
