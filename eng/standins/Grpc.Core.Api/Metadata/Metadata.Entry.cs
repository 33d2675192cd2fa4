using System.Buffers;
using System.Text;
using Grpc.Core.Utils;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>A key with its value: text, or bytes if the key ends in <c>-bin</c>. Immutable.</summary>
    public class Entry
    {
        private const string KeyNotValid =
            "Metadata entry key not valid. "
            + "Keys can only contain lowercase alphanumeric characters, underscores, hyphens and dots.";

        private static readonly SearchValues<char> KeyCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

        // Exactly one of the two holds the value.
        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <summary>A binary entry; the bytes are copied.</summary>
        /// <exception cref="ArgumentException">The key is malformed or lacks the suffix <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            Key = NormalizeKey(key);
            GrpcPreconditions.CheckArgument(
                HasBinaryHeaderSuffix(Key),
                "Key for binary valued metadata entry needs to have '-bin' suffix indicating binary value.");
            _bytes = (byte[])GrpcPreconditions.CheckNotNull(valueBytes, nameof(valueBytes)).Clone();
        }

        /// <summary>A text entry.</summary>
        /// <exception cref="ArgumentException">The key is malformed or has the suffix <c>-bin</c>.</exception>
        public Entry(string key, string value)
        {
            Key = NormalizeKey(key);
            GrpcPreconditions.CheckArgument(
                !HasBinaryHeaderSuffix(Key),
                "Key for ASCII valued metadata entry cannot have suffix indicating binary value.");
            _text = GrpcPreconditions.CheckNotNull(value, nameof(value));
        }

        private Entry(string key, string? text, byte[]? bytes)
        {
            Key = key;
            _text = text;
            _bytes = bytes;
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>The value: a copy of the bytes, or the text in ASCII.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_text!) : (byte[])_bytes.Clone();

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value =>
            _text ?? throw new InvalidOperationException("Cannot access string value of a binary metadata entry");

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => _text is null;

        /// <inheritdoc/>
        public override string ToString() =>
            IsBinary ? $"[Entry: key={Key}, valueBytes={_bytes}]" : $"[Entry: key={Key}, value={_text}]";

        /// <summary>An entry from native memory, whose key the native side has checked already.</summary>
        internal static unsafe Entry CreateUnsafe(string key, IntPtr valuePtr, int valueLength)
        {
            var value = new ReadOnlySpan<byte>((void*)valuePtr, valueLength);
            return HasBinaryHeaderSuffix(key)
                ? new Entry(key, null, value.ToArray())
                : new Entry(key, Encoding.ASCII.GetString(value), null);
        }

        /// <summary>The value's bytes without the copy; the caller must not write to them.</summary>
        internal byte[] GetSerializedValueUnsafe() => _bytes ?? Encoding.ASCII.GetBytes(_text!);

        internal bool KeyEqualsIgnoreCase(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

        private static bool HasBinaryHeaderSuffix(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        private static string NormalizeKey(string key)
        {
            var normalized = GrpcPreconditions.CheckNotNull(key, nameof(key)).ToLowerInvariant();
            GrpcPreconditions.CheckArgument(!normalized.AsSpan().ContainsAnyExcept(KeyCharacters), KeyNotValid);
            return normalized;
        }
    }
}
