namespace Interceptors.Discovery;

/// <summary>A set that needs to know of its endpoints no more than where they stand.</summary>
internal abstract class SlottedSet : EndpointSet
{
    public sealed override int Count => Slots.Count;

    protected EndpointSlots Slots { get; } = new();

    public sealed override void Add(BalancedEndpoint endpoint)
    {
        endpoint.Set = this;
        Slots.Add(endpoint);
    }

    public sealed override void Remove(BalancedEndpoint endpoint)
    {
        endpoint.Set = null;
        Slots.Remove(endpoint);
    }

    public sealed override void Change(BalancedEndpoint endpoint)
    {
    }
}
