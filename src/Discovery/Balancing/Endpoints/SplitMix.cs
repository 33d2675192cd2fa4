namespace Interceptors.Discovery;

/// <summary>The parts of the SplitMix64 generator: random numbers from a sequence that many may count on without a lock.</summary>
internal static class SplitMix
{
    /// <summary>The step of the sequence: 2^64 divided by the golden ratio, so that it spreads evenly by itself.</summary>
    public const ulong GoldenStep = 0x9E37_79B9_7F4A_7C15;

    // Each thread has its own: one that all count on would go from core to core.
    [ThreadStatic]
    private static ulong _ofThread;

    /// <summary>A random number.</summary>
    public static ulong Next()
    {
        if (_ofThread == 0)
            _ofThread = (ulong)Random.Shared.NextInt64();
        return Mix(_ofThread += GoldenStep);
    }

    /// <summary>Turns a number of the sequence into a random one.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
