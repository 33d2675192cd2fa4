using Grpc.Core;

namespace Interceptors.Server.Tests;

/// <summary>What a handler throws, how it is mapped, and what the caller must get: all of it and nothing else.</summary>
internal sealed record HostileCase(Func<Exception> Thrown, StatusCode Status, string? Message)
{
    /// <summary>The text of Internal when the request brings the trace id of <see cref="RawCall"/>.</summary>
    public const string Failed = "The server failed to handle the call. Trace id: t-9";

    public Action<RecoveryOptions>? Configure { get; init; }

    /// <summary>What the handler does before it throws.</summary>
    public Action<ServerCallContext> Before { get; init; } = static _ => { };

    /// <summary>How often the exception is logged: an RpcException is not, since nothing was converted.</summary>
    public int Logged { get; init; } = 1;

    /// <summary>Whether gRPC itself logs an exception: the debug exception of a status is for its log, and never sent.</summary>
    public bool IsLoggedByGrpc { get; init; }

    /// <summary>The other lines that recovery must log.</summary>
    public string[] Reports { get; init; } = [];

    /// <summary>Trailers besides the status that must be there, with their raw values.</summary>
    public (string Key, string? Value)[] Trailers { get; init; } = [];
}
