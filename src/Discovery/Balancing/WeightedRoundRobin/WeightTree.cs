using System.Numerics;

namespace Interceptors.Discovery;

/// <summary>
/// Weights by slot, and the slot in which a point of their sum lies (a Fenwick tree): both in as many steps as the number of
/// slots has binary digits. Changed by one at a time; read by any number meanwhile, who may then get a neighbouring slot.
/// </summary>
internal sealed class WeightTree
{
    // One longer than a power of two; the last entry is the sum of all.
    private long[] _sums = new long[2];

    /// <param name="point">Between 0 and the largest number, which stand for the beginning and the end of all weights.</param>
    public int SlotAt(ulong point)
    {
        var sums = Volatile.Read(ref _sums);
        var rest = (long)Math.BigMul(point, (ulong)sums[^1], out _);
        var slot = 0;
        for (var step = (sums.Length - 1) / 2; step > 0; step /= 2)
        {
            var sum = sums[slot + step];
            if (sum > rest)
                continue;
            rest -= sum;
            slot += step;
        }

        return slot;
    }

    public void Add(int slot, long weight)
    {
        if (slot >= _sums.Length - 1)
            Grow(slot + 1);
        for (var i = slot + 1; i < _sums.Length; i += i & -i)
            _sums[i] += weight;
    }

    // What was the last entry is the sum of the first half from then on, and nothing else covers that half but the new last one.
    private void Grow(int slots)
    {
        var larger = new long[(int)BitOperations.RoundUpToPowerOf2((uint)slots) + 1];
        _sums.CopyTo(larger, 0);
        for (var i = (_sums.Length - 1) * 2; i < larger.Length; i *= 2)
            larger[i] = _sums[^1];
        Volatile.Write(ref _sums, larger);
    }
}
