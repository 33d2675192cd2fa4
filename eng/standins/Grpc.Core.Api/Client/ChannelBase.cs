using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>A connection to a service, which may comprise many network connections.</summary>
public abstract class ChannelBase
{
    /// <summary>A channel to the target.</summary>
    protected ChannelBase(string target) => Target = GrpcPreconditions.CheckNotNull(target, nameof(target));

    /// <summary>What the channel connects to.</summary>
    public string Target { get; }

    /// <summary>An invoker whose calls go through this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Shuts the channel down.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>Shuts the channel down; does nothing unless overridden.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
