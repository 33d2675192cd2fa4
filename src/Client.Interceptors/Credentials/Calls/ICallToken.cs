using Grpc.Core;

namespace Interceptors.Client;

/// <summary>The fallback token of one call: which one its attempts used, and which was refused.</summary>
internal interface ICallToken
{
    /// <summary>The interceptor that added the token.</summary>
    FallbackTokenInterceptor Owner { get; }

    /// <summary>The token of the latest attempt; null if it had none.</summary>
    AccessToken? Used { get; set; }

    /// <summary>The token that was last dropped because of this call.</summary>
    AccessToken? Dropped { get; set; }

    /// <summary>The token of the attempt that the server refused, if the call was sent again since.</summary>
    AccessToken? Refused { get; set; }

    /// <summary>The error of that attempt.</summary>
    RpcException? Refusal { get; set; }
}
