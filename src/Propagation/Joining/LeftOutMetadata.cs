namespace Interceptors.Propagation;

/// <summary>How many allowed entries did not join an outgoing call, by the reason.</summary>
/// <param name="OverCaps">Entries beyond the caps on entries and bytes.</param>
/// <param name="NotCarried">
/// Text that a header can't carry: anything but the printable ASCII characters
/// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Custom-Metadata). The HTTP client would fail the whole call.
/// </param>
/// <param name="RepeatedBinary">
/// Values of a binary key beyond its first one: .NET's HTTP client joins them with a comma, which .NET's server can't decode.
/// </param>
public readonly record struct LeftOutMetadata(int OverCaps, int NotCarried, int RepeatedBinary)
{
    /// <summary>All of them.</summary>
    public int Total => OverCaps + NotCarried + RepeatedBinary;
}
