namespace Interceptors.Discovery;

/// <summary>A number for an address and a seed, as good as random and always the same.</summary>
internal static class EndpointHash
{
    // FNV-1a, and SplitMix64 on top of it: neighbours differ in one digit only.
    public static ulong Of(DiscoveryEndpoint address, ulong seed)
    {
        var hash = 0xCBF2_9CE4_8422_2325UL ^ seed;
        foreach (var c in address.Host)
            hash = (hash ^ c) * 0x100_0000_01B3;
        return SplitMix.Mix((hash ^ (uint)address.Port) * 0x100_0000_01B3);
    }
}
