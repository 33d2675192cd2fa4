namespace Grpc.Core;

/// <summary>What a call made while serving another takes over from it.</summary>
public class ContextPropagationOptions
{
    /// <summary>Deadline and cancellation both.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Chooses what is taken over.</summary>
    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    /// <summary>Whether the deadline is.</summary>
    public bool IsPropagateDeadline { get; }

    /// <summary>Whether cancellation is.</summary>
    public bool IsPropagateCancellation { get; }
}
