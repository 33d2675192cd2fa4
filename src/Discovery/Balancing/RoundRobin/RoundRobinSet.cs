namespace Interceptors.Discovery;

/// <summary>Each call goes to the next endpoint in turn.</summary>
internal sealed class RoundRobinSet(ulong seed) : SlottedSet
{
    // Not at the same one in every client: many of them start at one moment.
    private uint _next = (uint)seed;

    public override BalancedEndpoint? Pick(HttpRequestMessage request)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var count = (uint)Slots.Count;
            if (count == 0)
                return null;
            if (Slots[(int)(Interlocked.Increment(ref _next) % count)] is { } endpoint)
                return endpoint;
        }

        return Slots[0];
    }
}
