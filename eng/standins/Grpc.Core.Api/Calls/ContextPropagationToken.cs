namespace Grpc.Core;

/// <summary>Stands for the call that is being served, in the options of a call made meanwhile. Made by transports.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
