namespace Interceptors.Client;

/// <summary>
/// Which requests are compressed. What a call chooses itself comes first: see <see cref="ClientCompressionInterceptor"/>.
/// </summary>
public sealed class ClientCompressionOptions
{
    /// <summary>Whether anything is compressed; to switch compression off from configuration. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The smallest message that is compressed, in bytes as serialized; 0 compresses all. The size is known of protobuf
    /// messages; other ones count as large enough. Default: 1024, below which a message fits one packet compressed or not (some 1,460
    /// bytes over Ethernet), so that compressing costs time on both sides and gains none.
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
