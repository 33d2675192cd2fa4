using Grpc.Core;

namespace Interceptors.Propagation.Tests;

public sealed class IncomingCallTests
{
    [Fact]
    public async Task It_reaches_what_is_started_and_not_who_started_it()
    {
        await Handle();
        Assert.Null(IncomingCall.Current);

        static async Task Handle()
        {
            IncomingCall.Current = new IncomingCall([], "t1");
            await Task.Yield();
            Assert.Equal("t1", await Task.Run(() => IncomingCall.Current?.TraceId));
        }
    }

    [Fact]
    public void A_trace_id_that_is_not_valid_is_refused() =>
        Assert.Throws<ArgumentException>(() => new IncomingCall(Metadata.Empty, "a\nb"));
}
