namespace Interceptors.Discovery;

/// <summary>
/// Takes the same few addresses of a list each time: those whose hash with a seed is lowest (rendezvous hashing). So one that
/// leaves is replaced by one, and one that joins replaces at most one.
/// </summary>
internal sealed class EndpointSubset(int size, ulong seed)
{
    private readonly PriorityQueue<int, ulong> _lowest = new(Comparer<ulong>.Create(static (a, b) => b.CompareTo(a)));

    /// <returns>The addresses that were taken, in the order of the list.</returns>
    public IReadOnlyList<DiscoveryEndpoint> Of(IReadOnlyList<DiscoveryEndpoint> addresses)
    {
        if (addresses.Count <= size)
            return addresses;
        for (var i = 0; i < addresses.Count; i++)
        {
            var hash = EndpointHash.Of(addresses[i], seed);
            if (_lowest.Count < size)
                _lowest.Enqueue(i, hash);
            else
                _lowest.EnqueueDequeue(i, hash);
        }

        var indexes = new int[_lowest.Count];
        for (var i = 0; i < indexes.Length; i++)
            indexes[i] = _lowest.Dequeue();
        Array.Sort(indexes);
        return Array.ConvertAll(indexes, i => addresses[i]);
    }
}
