using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>
/// Picks from a set that changes under it. A new one is made only where calls may be waiting for one: who has picked an endpoint
/// that was just lost waits until the channel has another picker.
/// </summary>
/// <param name="set">What it picks from.</param>
/// <param name="observes">Whether calls must be seen to their end.</param>
internal sealed class EndpointPicker(EndpointSet set, bool observes) : SubchannelPicker
{
    private static readonly PickResult Later = PickResult.ForQueue();

    public override PickResult Pick(PickContext context)
    {
        if (set.Pick() is not { } endpoint)
            return Later;
        if (observes)
            context.Request?.Options.Set(EndpointCallHandler.Picked, endpoint);
        return endpoint.Picked;
    }
}
