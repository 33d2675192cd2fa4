using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>
/// Treats all malformed <c>grpc-timeout</c> headers alike: they are ignored, as gRPC for .NET ignores most of them. Nine digits or more,
/// which gRPC's PROTOCOL-HTTP2.md does not allow, would fail the call with Unknown where they overflow.
/// </summary>
internal static class GrpcTimeout
{
    private const int MostDigits = 8;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    public static void RemoveMalformed(HttpRequest request)
    {
        var value = request.Headers.GrpcTimeout;
        if (value.Count > 0 && !IsWellFormed(value.ToString()))
            request.Headers.GrpcTimeout = default;
    }

    private static bool IsWellFormed(ReadOnlySpan<char> value) =>
        value.Length is >= 2 and <= MostDigits + 1
        && !value[..^1].ContainsAnyExcept(Digits)
        && value[^1] is ('H' or 'M' or 'S' or 'm' or 'u' or 'n');
}
