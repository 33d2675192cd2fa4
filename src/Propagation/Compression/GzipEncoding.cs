using Grpc.Core;

namespace Interceptors.Propagation;

/// <summary>How a call asks grpc-dotnet to compress its requests.</summary>
internal static class GzipEncoding
{
    public const string Name = "gzip";

    /// <summary>The metadata that grpc-dotnet turns into the <c>grpc-encoding</c> header; it is not sent itself.</summary>
    private const string RequestKey = "grpc-internal-encoding-request";

    private static readonly Metadata.Entry Entry = new(RequestKey, Name);

    /// <summary>Whether the call's encoding has been chosen already, be it <c>identity</c>.</summary>
    public static bool IsEncodingChosen(this Metadata? metadata) => metadata?.Get(RequestKey) is not null;

    /// <summary>Asks for gzip, in metadata that may be written to and has no choice yet.</summary>
    public static void ChooseGzip(this Metadata metadata) => metadata.Add(Entry);
}
