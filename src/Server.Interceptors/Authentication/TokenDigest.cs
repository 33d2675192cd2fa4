using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Interceptors.Server;

/// <summary>The SHA-256 hash of a token. Tokens are stored and compared by it only.</summary>
internal readonly record struct TokenDigest(ulong A, ulong B, ulong C, ulong D)
{
    public const int Bytes = SHA256.HashSizeInBytes;

    private const int OnStack = 1024;

    public static TokenDigest Of(ReadOnlySpan<char> token)
    {
        Span<byte> digest = stackalloc byte[Bytes];
        Compute(token, digest);
        return From(digest);
    }

    public static TokenDigest From(ReadOnlySpan<byte> digest) => MemoryMarshal.Read<TokenDigest>(digest);

    public static void Compute(ReadOnlySpan<char> token, Span<byte> digest)
    {
        var length = Encoding.UTF8.GetByteCount(token);
        var rented = length > OnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var bytes = rented is null ? stackalloc byte[length] : rented.AsSpan(0, length);
        Encoding.UTF8.GetBytes(token, bytes);
        SHA256.HashData(bytes, digest);
        CryptographicOperations.ZeroMemory(bytes);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
