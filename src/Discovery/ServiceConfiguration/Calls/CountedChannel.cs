using Grpc.Core;
using Grpc.Net.Client;

namespace Interceptors.Discovery;

/// <summary>
/// A channel of grpc-dotnet that is closed once it is retired and the last of its calls has ended. Counts its calls only if it can be
/// retired while they run.
/// </summary>
internal sealed class CountedChannel(OpenChannel channel, bool isCounting, Action<CountedChannel> onClosed)
{
    // The first use is that of being the current one.
    private int _uses = 1;

    public GrpcChannel Channel => channel.Channel;

    public CallInvoker Invoker { get; } = new HeldCallInvoker(channel.Channel, channel.IsSecure);

    public bool IsCounting => isCounting;

    public LimitedMethods Methods { get; } = new();

    /// <summary>Begins a use. False if it has been closed: another one is the current one by then.</summary>
    public bool TryEnter()
    {
        if (!isCounting)
            return true;
        var uses = Volatile.Read(ref _uses);
        while (uses > 0)
        {
            var seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
                return true;
            uses = seen;
        }

        return false;
    }

    public void Leave()
    {
        // Closing takes locks of the channel's; whoever ends a call may hold some.
        if (isCounting && Interlocked.Decrement(ref _uses) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static self => self.Close(), this, preferLocal: false);
    }

    /// <summary>Ends the use that being the current one is.</summary>
    public void Retire() => Leave();

    /// <summary>Closes it at once, whoever uses it.</summary>
    public void Close()
    {
        channel.Close();
        onClosed(this);
    }
}
