using System.Diagnostics;
using Grpc.Core.Internal;

namespace Grpc.Core;

/// <summary>The base of all clients.</summary>
[DebuggerTypeProxy(typeof(ClientBaseDebugType))]
public abstract partial class ClientBase
{
    /// <summary>A client for mocking: its calls throw <see cref="NotImplementedException"/>.</summary>
    protected ClientBase()
        : this(new UnimplementedCallInvoker())
    {
    }

    /// <summary>A client with the settings of another.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
    {
        Configuration = Utils.GrpcPreconditions.CheckNotNull(configuration, nameof(configuration));
        CallInvoker = configuration.CreateDecoratedCallInvoker();
    }

    /// <summary>A client whose calls go through the channel.</summary>
    public ClientBase(ChannelBase channel)
        : this(channel.CreateCallInvoker())
    {
    }

    /// <summary>A client whose calls go through the invoker.</summary>
    public ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker, null))
    {
    }

    /// <summary>Starts this client's calls.</summary>
    protected CallInvoker CallInvoker { get; }

    internal ClientBaseConfiguration Configuration { get; }
}
