using System.Text;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>One property of a peer. Immutable.</summary>
public class AuthProperty
{
    private AuthProperty(string name, byte[] valueBytes)
    {
        Name = name;
        ValueBytesUnsafe = valueBytes;
    }

    /// <summary>The property's name.</summary>
    public string Name { get; }

    /// <summary>The value as UTF-8 text.</summary>
    public string Value => Encoding.UTF8.GetString(ValueBytesUnsafe);

    /// <summary>A copy of the value.</summary>
    public byte[] ValueBytes => (byte[])ValueBytesUnsafe.Clone();

    /// <summary>The value without the copy; the caller must not write to it.</summary>
    internal byte[] ValueBytesUnsafe { get; }

    /// <summary>A property with a copy of the value.</summary>
    public static AuthProperty Create(string name, byte[] valueBytes) =>
        CreateUnsafe(name, (byte[])GrpcPreconditions.CheckNotNull(valueBytes, nameof(valueBytes)).Clone());

    /// <summary>A property that holds the given array itself.</summary>
    internal static AuthProperty CreateUnsafe(string name, byte[] valueBytes) =>
        new(GrpcPreconditions.CheckNotNull(name, nameof(name)), GrpcPreconditions.CheckNotNull(valueBytes, nameof(valueBytes)));
}
