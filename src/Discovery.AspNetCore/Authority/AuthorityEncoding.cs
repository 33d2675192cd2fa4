using System.Text;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>ASCII in which a slash and a percent sign are read as a dot, which Kestrel takes for a part of a host's name.</summary>
internal sealed class AuthorityEncoding : Encoding
{
    public static AuthorityEncoding Instance { get; } = new();

    public override int GetByteCount(char[] chars, int index, int count) => ASCII.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(chars);
        var count = ASCII.GetChars(bytes, byteIndex, byteCount, chars, charIndex);
        var decoded = chars.AsSpan(charIndex, count);
        decoded.Replace('/', '.');
        decoded.Replace('%', '.');
        return count;
    }

    public override int GetMaxByteCount(int charCount) => ASCII.GetMaxByteCount(charCount);

    public override int GetMaxCharCount(int byteCount) => byteCount;
}
