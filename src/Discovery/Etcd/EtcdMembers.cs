namespace Interceptors.Discovery;

/// <summary>The members of a cluster, one of which is used at a time.</summary>
internal sealed class EtcdMembers : IDisposable
{
    private readonly EtcdMember[] _members;
    private readonly Lock _lock = new();
    private int _current;

    public EtcdMembers(EtcdOptions options)
    {
        _members = [.. options.Endpoints.Distinct(StringComparer.OrdinalIgnoreCase).Select(e => new EtcdMember(e, options))];
        // Clients of one configuration spread over the members instead of all crowding onto the first.
        _current = (int)(Jitter.NextDouble() * _members.Length);
    }

    public int Count => _members.Length;

    public EtcdMember Current
    {
        get
        {
            lock (_lock)
                return _members[_current];
        }
    }

    /// <summary>Leaves a member that failed. Does nothing if another request has already left it.</summary>
    public void Leave(EtcdMember failed)
    {
        lock (_lock)
        {
            if (_members[_current] == failed)
                _current = (_current + 1) % _members.Length;
        }
    }

    public void Dispose()
    {
        foreach (var member in _members)
            member.Dispose();
    }
}
