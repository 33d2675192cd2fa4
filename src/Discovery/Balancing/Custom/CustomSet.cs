namespace Interceptors.Discovery;

/// <summary>Picks with a user's picker, which is made anew at the first pick after a change.</summary>
internal sealed class CustomSet(CustomPolicy policy) : EndpointSet
{
    private readonly Lock _lock = new();
    private readonly List<BalancedEndpoint> _endpoints = [];
    private volatile Version? _version;

    public override int Count
    {
        get
        {
            lock (_lock)
                return _endpoints.Count;
        }
    }

    public override BalancedEndpoint? Pick(HttpRequestMessage request) => (_version ?? Renew())?.Pick(request);

    public override void Add(BalancedEndpoint endpoint)
    {
        endpoint.Set = this;
        lock (_lock)
        {
            _endpoints.Add(endpoint);
            _version = null;
        }
    }

    public override void Remove(BalancedEndpoint endpoint)
    {
        endpoint.Set = null;
        lock (_lock)
        {
            _endpoints.Remove(endpoint);
            _version = null;
        }
    }

    public override void Change(BalancedEndpoint endpoint)
    {
        lock (_lock)
            _version = null;
    }

    private Version? Renew()
    {
        lock (_lock)
        {
            if (_endpoints.Count == 0)
                return null;
            var sorted = _endpoints.OrderBy(e => e.Endpoint.Address, StringComparer.Ordinal).ToArray();
            return _version = new Version(sorted, policy.Create([.. sorted.Select(e => e.Endpoint)]));
        }
    }

    private sealed class Version(BalancedEndpoint[] endpoints, IEndpointPicker picker)
    {
        public BalancedEndpoint Pick(HttpRequestMessage request)
        {
            var index = picker.Pick(request);
            return (uint)index < (uint)endpoints.Length
                ? endpoints[index]
                : throw new InvalidOperationException(
                    $"{picker.GetType().Name}.{nameof(IEndpointPicker.Pick)} returned {index}. "
                    + $"Give an index from 0 to {endpoints.Length - 1}.");
        }
    }
}
