using System.IO.Compression;
using Grpc.Net.Compression;

namespace Interceptors.Propagation.Tests;

/// <summary>
/// A sender of bombs: whatever message it is to compress, 256 MiB of zeros go out in its place, which are some 256 KiB on the wire.
/// </summary>
/// <param name="harmless">How many messages it sends as they are before the first bomb.</param>
internal sealed class Bomb(int harmless = 0) : ICompressionProvider
{
    public const int Size = 256 * 1024 * 1024;

    private static readonly Lazy<byte[]> Data = new(Build);
    private int _harmless = harmless;

    public static int SizeOnTheWire => Data.Value.Length;

    public string EncodingName => "gzip";

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        Interlocked.Decrement(ref _harmless) >= 0
            ? new GZipStream(stream, CompressionMode.Compress, leaveOpen: true)
            : new Replacing(stream);

    public Stream CreateDecompressionStream(Stream stream) => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);

    private static byte[] Build()
    {
        using var data = new MemoryStream();
        using (var gzip = new GZipStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var written = 0; written < Size; written += zeros.Length)
                gzip.Write(zeros);
        }
        return data.ToArray();
    }

    private sealed class Replacing(Stream inner) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => Replace();

        public override void Write(ReadOnlySpan<byte> buffer) => Replace();

        private void Replace()
        {
            if (Position == 0)
                inner.Write(Data.Value);
            Position = 1;
        }
    }
}
