using System.Text;
using Grpc.Core;

namespace Interceptors.Server;

/// <summary>The texts that callers read, and their size on the wire.</summary>
internal static class StatusText
{
    private const string Cut = "...";

    /// <summary>Whether this is a code of gRPC's and not OK: what an exception may become.</summary>
    public static bool IsFailure(StatusCode code) => code is > StatusCode.OK and <= StatusCode.Unauthenticated;

    /// <summary>What callers read where nothing was chosen for them: fixed, so that nothing of the exception can be in it.</summary>
    public static string Fixed(StatusCode code, string? traceId) => code switch
    {
        StatusCode.Cancelled => "The call was cancelled by the server.",
        StatusCode.InvalidArgument => "The request holds an invalid argument.",
        StatusCode.DeadlineExceeded => "The server did not finish in time.",
        StatusCode.NotFound => "What was asked for was not found.",
        StatusCode.AlreadyExists => "What was to be created exists already.",
        StatusCode.PermissionDenied => "The caller may not do this.",
        StatusCode.ResourceExhausted => "A resource is exhausted.",
        StatusCode.FailedPrecondition => "The state of the server does not allow this.",
        StatusCode.Aborted => "The operation was aborted.",
        StatusCode.OutOfRange => "The request is out of range.",
        StatusCode.Unimplemented => "The server does not implement this.",
        StatusCode.Unavailable => "The server is unavailable.",
        StatusCode.DataLoss => "Data was lost or is damaged.",
        StatusCode.Unauthenticated => "The caller is not authenticated.",
        _ => traceId is null ? "The server failed to handle the call." : $"The server failed to handle the call. Trace id: {traceId}",
    };

    /// <summary>
    /// The text without unsafe characters (<see cref="SafeText"/>), cut so that it takes no more than <paramref name="maxBytes"/> once
    /// percent-encoded.
    /// </summary>
    public static string Bounded(string? text, int maxBytes)
    {
        text = SafeText.Of(text, maxBytes, keepsLines: true);
        var size = 0;
        var position = 0;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            size += SizeOf(rune);
            if (size > maxBytes)
                return string.Concat(text.AsSpan(0, end), Cut);
            position += rune.Utf16SequenceLength;
            if (size <= maxBytes - Cut.Length)
                end = position;
        }
        return text;
    }

    /// <summary>How many bytes the text takes in grpc-message.</summary>
    public static int SizeOf(string text)
    {
        var size = 0;
        foreach (var rune in text.EnumerateRunes())
            size += SizeOf(rune);
        return size;
    }

    // https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses: printable ASCII without '%' stays, each other byte takes
    // three.
    private static int SizeOf(Rune rune) => rune.Value is >= ' ' and <= '~' and not '%' ? 1 : 3 * rune.Utf8SequenceLength;
}
