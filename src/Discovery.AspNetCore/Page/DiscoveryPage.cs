using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>Answers the requests of the page.</summary>
internal sealed class DiscoveryPage(PageFeed feed, TimeProvider time, CancellationToken stopping)
{
    // So that authorization is asked again now and then; the browser comes back by itself.
    private static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(15);
    private static readonly byte[] EventStart = Encoding.UTF8.GetBytes("data: ");
    private static readonly byte[] EventEnd = Encoding.UTF8.GetBytes("\n\n");

    public static Task ServeAsync(HttpContext context)
    {
        var document = PageDocument.Instance;
        Prepare(context.Response, "text/html; charset=utf-8");
        context.Response.Headers.ContentSecurityPolicy = document.ContentSecurityPolicy;
        context.Response.ContentLength = document.Html.Length;
        return context.Response.Body.WriteAsync(document.Html, context.RequestAborted).AsTask();
    }

    public Task ServeJsonAsync(HttpContext context)
    {
        var json = feed.ReadJson();
        Prepare(context.Response, "application/json; charset=utf-8");
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }

    public async Task StreamAsync(HttpContext context)
    {
        if (!feed.TryJoin())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            return;
        }

        try
        {
            Prepare(context.Response, "text/event-stream");
            // A proxy in between must not wait for more.
            context.Response.Headers["X-Accel-Buffering"] = "no";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            using var bound = new CancellationTokenSource(LongestStream, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, context.RequestAborted, stopping);
            await feed.FollowAsync(json => SendAsync(context, json, end.Token), end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, its time is up, or the host stops.
        }
        catch (IOException)
        {
            // The connection broke.
        }
        finally
        {
            feed.Leave();
        }
    }

    private async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> json, CancellationToken end)
    {
        using var bound = new CancellationTokenSource(LongestWrite, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, end);
        try
        {
            var body = context.Response.Body;
            await body.WriteAsync(EventStart, either.Token).ConfigureAwait(false);
            await body.WriteAsync(json, either.Token).ConfigureAwait(false);
            await body.WriteAsync(EventEnd, either.Token).ConfigureAwait(false);
            await body.FlushAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            // It does not read; half an event can't be mended.
            context.Abort();
            throw;
        }
    }

    private static void Prepare(HttpResponse response, string type)
    {
        response.ContentType = type;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers[HeaderNames.Vary] = "Cookie, Authorization";
    }
}
