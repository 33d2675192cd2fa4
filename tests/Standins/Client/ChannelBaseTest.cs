using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class ChannelBaseTest
{
    [Fact]
    public void The_target_is_the_one_given() => Assert.Equal("target", new TestChannel("target", new RecordingInvoker()).Target);

    [Fact]
    public void The_target_may_not_be_null() =>
        Assert.Throws<ArgumentNullException>("target", () => new TestChannel(null!, new RecordingInvoker()));

    [Fact]
    public void Shutting_down_does_nothing_unless_overridden() =>
        Assert.True(new TestChannel("target", new RecordingInvoker()).ShutdownAsync().IsCompletedSuccessfully);

    [Fact]
    public async Task Shutting_down_calls_the_override()
    {
        var channel = new ClosingChannel();

        await channel.ShutdownAsync();

        Assert.True(channel.IsClosed);
    }

    private sealed class ClosingChannel() : ChannelBase("target")
    {
        public bool IsClosed { get; private set; }

        public override CallInvoker CreateCallInvoker() => new RecordingInvoker();

        protected override Task ShutdownAsyncCore()
        {
            IsClosed = true;
            return Task.CompletedTask;
        }
    }
}
