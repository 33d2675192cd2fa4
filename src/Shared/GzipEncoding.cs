using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors;

/// <summary>How a call asks grpc-dotnet to compress its requests.</summary>
internal static class GzipEncoding
{
    public const string Name = "gzip";

    /// <summary>The metadata that grpc-dotnet turns into the <c>grpc-encoding</c> header; it is not sent itself.</summary>
    private const string RequestKey = "grpc-internal-encoding-request";

    private static readonly Metadata.Entry Entry = new(RequestKey, Name);

    /// <summary>Whether the call's encoding has been chosen already, be it <c>identity</c>.</summary>
    public static bool IsEncodingChosen(this Metadata? metadata) => metadata?.Get(RequestKey) is not null;

    /// <summary>Whether gzip was asked for by <see cref="ChooseGzip"/>, and not by the caller.</summary>
    public static bool IsGzipChosenHere(this Metadata? metadata)
    {
        for (var i = (metadata?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (ReferenceEquals(metadata![i], Entry))
                return true;
        }
        return false;
    }

    /// <summary>A copy in which that is taken back.</summary>
    public static Metadata WithoutGzip(this Metadata? metadata)
    {
        var copy = metadata.Copy();
        copy.Remove(Entry);
        return copy;
    }

    /// <summary>Asks for gzip, in metadata that may be written to and has no choice yet.</summary>
    public static void ChooseGzip(this Metadata metadata) => metadata.Add(Entry);
}
