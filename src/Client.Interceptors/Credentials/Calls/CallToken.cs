using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The fallback token of one call: which one its attempts used, and which was refused.</summary>
/// <param name="owner">The interceptor that adds the token.</param>
internal sealed class CallToken(FallbackTokenInterceptor owner)
{
    public FallbackTokenInterceptor Owner => owner;

    /// <summary>The token of the latest attempt; null if it had none.</summary>
    public AccessToken? Used { get; set; }

    /// <summary>The token that was last dropped because of this call.</summary>
    public AccessToken? Dropped { get; set; }

    /// <summary>The token of the attempt that the server refused, if the call was sent again since.</summary>
    public AccessToken? Refused { get; set; }

    /// <summary>The error of that attempt.</summary>
    public RpcException? Refusal { get; set; }
}
