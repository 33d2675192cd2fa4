using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class StatePublisherTests
{
    [Fact]
    public void A_channel_that_throws_is_no_concern_of_who_publishes_and_is_told_what_comes_next()
    {
        using var logs = new LogCapture();
        var states = new Queue<BalancerState>([State(ConnectivityState.Connecting), State(ConnectivityState.Ready)]);
        var channel = new Throwing();
        var publisher = new StatePublisher(
            channel, new Lock(), () => states.TryDequeue(out var next) ? next : null, logs.CreateLogger("test"));

        publisher.Publish();

        Assert.Equal([ConnectivityState.Connecting, ConnectivityState.Ready], channel.Told);
        Assert.Equal(2, logs.Named("LogNotTold").Count);
    }

    private static BalancerState State(ConnectivityState state) => new(state, new FixedPicker(PickResult.ForQueue()));

    private sealed class Throwing : IChannelControlHelper
    {
        public List<ConnectivityState> Told { get; } = [];

        public Subchannel CreateSubchannel(SubchannelOptions options) => throw new NotSupportedException();

        public void UpdateState(BalancerState state)
        {
            Told.Add(state.ConnectivityState);
            throw new InvalidOperationException("told to fail");
        }

        public void RefreshResolver()
        {
        }
    }
}
