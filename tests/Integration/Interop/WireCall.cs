using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Interceptors.Integration.Tests.Interop;

/// <summary>What a call looked like on the wire, as the server saw and sent it.</summary>
internal sealed class WireCall
{
    private WireCall(HttpContext context) =>
        Headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, string?[]> Headers { get; }

    public MessageFlags Requests { get; } = new();

    public MessageFlags Responses { get; } = new();

    /// <summary>Looks on from now on, below gRPC.</summary>
    public static WireCall Of(HttpContext context)
    {
        var call = new WireCall(context);
        var requests = new WatchedReader(context.Request.BodyReader, call.Requests);
        context.Features.Set<IRequestBodyPipeFeature>(new RequestBody(requests));
        var responses = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new WatchedResponseBody(responses, call.Responses));
        return call;
    }

    private sealed record RequestBody(System.IO.Pipelines.PipeReader Reader) : IRequestBodyPipeFeature;
}
