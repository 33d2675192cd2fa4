using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>Lets every call wait, or fail.</summary>
internal sealed class FixedPicker(PickResult result) : SubchannelPicker
{
    public override PickResult Pick(PickContext context) => result;
}
