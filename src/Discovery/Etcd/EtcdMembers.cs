using System.Net;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// The members of a cluster, one of which is used at a time. A name stands for all its addresses; names are resolved again
/// once every member has failed since the last time.
/// </summary>
/// <param name="options">Name the members.</param>
/// <param name="tls">For members with https.</param>
/// <param name="resolve">The addresses of a host's name.</param>
/// <param name="logger">Where to log to.</param>
internal sealed partial class EtcdMembers(
    EtcdOptions options, EtcdTls tls, Func<string, CancellationToken, Task<IPAddress[]>> resolve, ILogger logger) : IDisposable
{
    private static readonly TimeSpan LongestPingDelay = TimeSpan.FromMinutes(30);

    private readonly Lock _lock = new();
    private EtcdMember[] _members = [];
    private int _current;
    private int _untried;
    private Task? _resolution;
    private bool _disposed;

    public int Count
    {
        get
        {
            lock (_lock)
                return _members.Length;
        }
    }

    /// <exception cref="System.Net.Sockets.SocketException">No name has an address, and none is known from before.</exception>
    public async Task<EtcdMember> GetAsync(CancellationToken cancellationToken)
    {
        Task resolution;
        lock (_lock)
        {
            if (_untried > 0)
                return _members[_current];
            if (_resolution is null or { IsCompleted: true })
                _resolution = Task.Run(ResolveAsync, CancellationToken.None).Observed();
            resolution = _resolution;
        }

        // One caller's cancellation must not end it for the others that wait for it.
        await resolution.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
            return _members[_current];
    }

    /// <summary>Leaves a member that failed. Does nothing if another request has already left it.</summary>
    /// <param name="failed">The member.</param>
    /// <param name="isPingedLess">Whether it ended the connection because of too many pings.</param>
    public void Leave(EtcdMember failed, bool isPingedLess = false)
    {
        lock (_lock)
        {
            if (isPingedLess && Array.IndexOf(_members, failed) is >= 0 and var place)
            {
                _members[place] = new EtcdMember(failed.Endpoint, failed.Address, options, tls, Slower(failed.PingDelay));
                LogPingedLess(logger, failed, _members[place].PingDelay.TotalSeconds);
            }

            if (_members.Length == 0 || _members[_current] != failed)
                return;
            _current = (_current + 1) % _members.Length;
            _untried--;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var member in _members)
                member.Dispose();
        }
    }

    private static TimeSpan Slower(TimeSpan pingDelay) => pingDelay * 2 < LongestPingDelay ? pingDelay * 2 : LongestPingDelay;

    private async Task ResolveAsync()
    {
        var found = new List<(string Endpoint, IPAddress Address)>();
        Exception? problem = null;
        foreach (var endpoint in options.Endpoints.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            try
            {
                foreach (var address in await AddressesAsync(new Uri(endpoint)).ConfigureAwait(false))
                    found.Add((endpoint, address));
            }
            catch (Exception exception)
            {
                // An outage of the name service is none of etcd: what it said last may well be true still.
                problem = exception;
                found.AddRange(_members.Where(m => m.Endpoint == endpoint).Select(m => (m.Endpoint, m.Address)));
            }
        }

        if (found.Count == 0)
            throw problem ?? new InvalidOperationException("No name of a member of etcd has an address.");
        Use(found);
    }

    private async Task<IPAddress[]> AddressesAsync(Uri endpoint)
    {
        if (IPAddress.TryParse(endpoint.IdnHost, out var literal))
            return [literal];
        using var bound = new CancellationTokenSource(options.ConnectTimeout, PoolTime.Shared);
        return await resolve(endpoint.IdnHost, bound.Token).WaitAsync(bound.Token).ConfigureAwait(false);
    }

    private void Use(List<(string Endpoint, IPAddress Address)> found)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            // One that is no longer named is not disposed: a watch may still run on it, and healthily. Its connection closes
            // when nothing uses it any more, and the rest is garbage.
            var members = found.Distinct().Select(f =>
                Array.Find(_members, m => m.Endpoint == f.Endpoint && m.Address.Equals(f.Address))
                ?? new EtcdMember(f.Endpoint, f.Address, options, tls, options.KeepAlivePingDelay));
            // Clients of one configuration spread over the members instead of all crowding onto the first.
            _members = [.. members.OrderBy(_ => Jitter.NextDouble())];
            (_current, _untried) = (0, _members.Length);
        }
    }
}
