using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>The base of generated clients.</summary>
/// <typeparam name="T">The client's own type.</typeparam>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    /// <summary>A client for mocking: its calls throw <see cref="NotImplementedException"/>.</summary>
    protected ClientBase()
    {
    }

    /// <summary>A client with the settings of another.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    /// <summary>A client whose calls go through the channel.</summary>
    public ClientBase(ChannelBase channel)
        : base(channel)
    {
    }

    /// <summary>A client whose calls go through the invoker.</summary>
    public ClientBase(CallInvoker callInvoker)
        : base(callInvoker)
    {
    }

    /// <summary>A new client that sends its calls to the host over the same connections.</summary>
    /// <exception cref="ArgumentNullException">There is no host.</exception>
    public T WithHost(string host) =>
        NewInstance(Configuration.WithHost(GrpcPreconditions.CheckNotNull(host, nameof(host))));

    /// <summary>A client of the same type with other settings.</summary>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
