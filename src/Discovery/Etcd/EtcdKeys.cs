using Google.Protobuf;

namespace Interceptors.Discovery;

internal static class EtcdKeys
{
    /// <summary>The first key after all that start with the prefix: etcd's way of asking for a prefix.</summary>
    public static ByteString EndOfPrefix(string prefix)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(prefix);
        // UTF-8 never holds 0xff, so the last byte can always be raised.
        bytes[^1]++;
        return ByteString.CopyFrom(bytes);
    }

    /// <summary>The first key after this one.</summary>
    public static ByteString After(ByteString key) => ByteString.CopyFrom([.. key.Span, 0]);
}
