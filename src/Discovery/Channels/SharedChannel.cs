using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>What the channels to one target with equal options have in common, open until the last of them is closed.</summary>
internal sealed class SharedChannel(ChannelSettings settings, ConfiguredChannel channel, CallInvoker invoker, ResolutionStatus resolution)
{
    public ChannelSettings Settings => settings;

    public ConfiguredChannel Channel => channel;

    public CallInvoker Invoker => invoker;

    /// <summary>What it was told last. A dns target is resolved by grpc-dotnet, which does not tell.</summary>
    public string? LastFound => settings.Target.Scheme == TargetScheme.Dns ? null : resolution.Last;

    /// <summary>How many have it open. Counted under the lock of the factory.</summary>
    public int Users { get; set; }
}
