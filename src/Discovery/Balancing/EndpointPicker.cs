using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>
/// Picks from a set that changes under it. A new one is made only where calls may be waiting for one: who has picked an endpoint
/// that was just lost waits until the channel has another picker.
/// </summary>
internal sealed class EndpointPicker(EndpointSet set) : SubchannelPicker
{
    private static readonly PickResult Later = PickResult.ForQueue();

    public override PickResult Pick(PickContext context) => set.Pick()?.Picked ?? Later;
}
