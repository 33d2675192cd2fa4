namespace Interceptors.Client;

/// <summary>
/// Which requests are compressed. The choice of a call itself wins: see <see cref="ClientCompressionInterceptor"/>.
/// </summary>
public sealed class ClientCompressionOptions
{
    /// <summary>Whether requests are compressed. For switching compression off in configuration. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The smallest message that is compressed, in bytes as serialized; 0 compresses all. The size of protobuf
    /// messages is known; other messages count as large enough. Default: 1024. A smaller message fits one packet, compressed or not (some
    /// 1,460 bytes over Ethernet), so that compressing costs time on both sides and gains nothing.
    /// </summary>
    public int MinimumSize { get; set; } = 1024;

    /// <summary>
    /// The methods whose requests are compressed, as patterns of <see cref="MethodSelector"/>; empty for all. Naming methods (<c>*</c> for
    /// all) also says that their servers take gzip, so that their streams are compressed from the first on. Default: empty.
    /// </summary>
    public IList<string> Methods { get; } = [];

    /// <summary>
    /// The methods whose requests are not compressed, even if <see cref="Methods"/> names them. Default: empty.
    /// </summary>
    public IList<string> ExcludedMethods { get; } = [];
}
