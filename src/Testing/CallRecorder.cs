using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Interceptors.Testing;

/// <summary>A middleware that keeps the metadata of each call that has ended.</summary>
internal sealed class CallRecorder
{
    private readonly ConcurrentQueue<RecordedCall> _calls = new();

    public IReadOnlyList<RecordedCall> Calls => [.. _calls];

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var requestHeaders = Copy(context.Request.Headers);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
            _calls.Enqueue(new RecordedCall(
                context.Request.Path, requestHeaders, Copy(context.Response.Headers), trailers is null ? [] : Copy(trailers)));
        }
    }

    /// <remarks>Pseudo headers are no metadata. Of a binary value that is no base64, nothing is kept.</remarks>
    private static Metadata Copy(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.Where(header => !header.Key.StartsWith(':')))
        {
            foreach (var value in values)
                Add(metadata, name, value ?? "");
        }
        return metadata;
    }

    private static void Add(Metadata metadata, string name, string value)
    {
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(name, value);
            return;
        }
        var bytes = new byte[value.Length];
        var padded = value.PadRight((value.Length + 3) / 4 * 4, '=');
        metadata.Add(name, Convert.TryFromBase64String(padded, bytes, out var count) ? bytes[..count] : []);
    }
}
