using System.Numerics;

namespace Interceptors.Discovery;

/// <summary>
/// Weights that don't change, laid out so that what lies at a point of their sum is found in constant time: the circle is cut into at
/// least as many equal pieces as there are weights, and for each piece it is known which weight it begins in.
/// </summary>
internal sealed class WeightIndex
{
    private readonly (long End, BalancedEndpoint Endpoint)[] _weights;
    private readonly int[] _first;
    private readonly int _shift;

    private WeightIndex((long End, BalancedEndpoint Endpoint)[] weights)
    {
        _weights = weights;
        var pieces = (int)BitOperations.RoundUpToPowerOf2((uint)weights.Length);
        _shift = 64 - BitOperations.Log2((uint)pieces);
        _first = new int[pieces];
        var slot = 0;
        for (var piece = 0; piece < pieces; piece++)
        {
            _first[piece] = slot = Next(slot, PointOn((ulong)piece << _shift));
        }
    }

    /// <returns>Null if the slots are just being changed.</returns>
    public static WeightIndex? Of(EndpointSlots slots)
    {
        var count = slots.Count;
        if (count < 2)
            return null;
        var weights = new (long End, BalancedEndpoint Endpoint)[count];
        var sum = 0L;
        for (var slot = 0; slot < count; slot++)
        {
            if (slots[slot] is not { } endpoint)
                return null;
            weights[slot] = (sum += endpoint.CountedWeight, endpoint);
        }

        return new WeightIndex(weights);
    }

    /// <param name="point">As for <see cref="WeightTree.SlotAt"/>.</param>
    public BalancedEndpoint At(ulong point) => _weights[Next(_first[point >> _shift], PointOn(point))].Endpoint;

    private long PointOn(ulong point) => (long)Math.BigMul(point, (ulong)_weights[^1].End, out _);

    private int Next(int slot, long point)
    {
        while (_weights[slot].End <= point)
            slot++;
        return slot;
    }
}
