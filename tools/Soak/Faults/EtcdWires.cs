using Interceptors.Testing;

namespace Interceptors.Soak.Faults;

/// <summary>What is between the clients and the members of etcd: a proxy before each, which all fail alike.</summary>
internal sealed class EtcdWires(EtcdCluster etcd) : IAsyncDisposable
{
    private readonly List<Wire> _wires = [.. etcd.Members.Select(member => new Wire(member.Endpoint))];

    public IEnumerable<string> Endpoints => _wires.Select(wire => wire.Endpoint);

    public IEnumerable<int> Ports => _wires.Select(wire => wire.Port);

    public void Cut() => _wires.ForEach(wire => wire.Cut());

    public void Mend() => _wires.ForEach(wire => wire.Mend());

    public void Swallow() => _wires.ForEach(wire => wire.Swallow());

    public void Flow() => _wires.ForEach(wire => wire.Flow());

    public async ValueTask DisposeAsync()
    {
        foreach (var wire in _wires)
            await wire.DisposeAsync();
    }
}
