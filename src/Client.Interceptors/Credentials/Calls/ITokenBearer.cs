using Grpc.Core;

namespace Interceptors.Client;

/// <summary>What is ours in one call: it knows which token the call used.</summary>
internal interface ITokenBearer
{
    /// <summary>Whose call it is.</summary>
    FallbackTokenInterceptor Owner { get; }

    /// <summary>The token of the latest attempt; null if it had none.</summary>
    AccessToken? Used { get; set; }

    /// <summary>The token that was last dropped on account of this call.</summary>
    AccessToken? Dropped { get; set; }

    /// <summary>The token of the attempt that the server refused, if the call was sent again since.</summary>
    AccessToken? Refused { get; set; }

    /// <summary>How it refused it.</summary>
    RpcException? Refusal { get; set; }
}
