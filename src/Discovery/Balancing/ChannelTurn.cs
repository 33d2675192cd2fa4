using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>
/// Does something under the channel's own lock, as what the channel calls itself is done. A balancer that takes over from another
/// must: the channel disposes the other one in the middle of it, in the wrong order of locks else. There is no way to ask for that;
/// but a subchannel's change of state is told under it, and asking one to connect changes its state.
/// </summary>
internal static class ChannelTurn
{
    public static void Run(IChannelControlHelper channel, BalancerAddress address, Action action)
    {
        using var subchannel = channel.CreateSubchannel(new SubchannelOptions([address]));
        using var subscription = subchannel.OnStateChanged(state =>
        {
            if (state.State == Grpc.Core.ConnectivityState.Connecting)
                action();
        });
        subchannel.RequestConnection();
    }
}
