using System.Buffers.Binary;

namespace Interceptors.Discovery;

/// <summary>
/// Tells whether a value has changed, in this process: 128 bits from two keyed lanes of multiply and fold. A cryptographic hash would take
/// longer than reading the value, and whoever may write a key needs no collision to do harm with it.
/// </summary>
internal static class ValueHash
{
    private const ulong Odd = 0x9e3779b97f4a7c15;

    // Nobody can find values beforehand that look alike.
    private static readonly ulong First = (ulong)Random.Shared.NextInt64() | 1;
    private static readonly ulong Second = (ulong)Random.Shared.NextInt64() | 1;

    public static UInt128 Of(ReadOnlySpan<byte> value)
    {
        var (first, second) = (First ^ (ulong)value.Length, Second);
        // Larger ones are rejected for their length alone.
        if (value.Length > ServiceFormats.MaxValueSize)
            return new UInt128(first, second);
        while (value.Length >= sizeof(ulong))
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(value), ref first, ref second);
            value = value[sizeof(ulong)..];
        }

        var last = 0ul;
        foreach (var part in value)
            last = (last << 8) | part;
        Add(last, ref first, ref second);
        Add(Odd, ref first, ref second);
        return new UInt128(first, second);
    }

    private static void Add(ulong part, ref ulong first, ref ulong second)
    {
        first = Folded(first ^ part, First) + Odd;
        second = Folded(second + part, Odd) ^ first;
    }

    private static ulong Folded(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
