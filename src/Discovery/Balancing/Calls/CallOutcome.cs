namespace Interceptors.Discovery;

/// <summary>What the end of a call says about its endpoint.</summary>
internal enum CallOutcome
{
    /// <summary>Nothing: its caller has ended it.</summary>
    Abandoned,

    /// <summary>It was answered, be it with an error that is an answer.</summary>
    Succeeded,

    /// <summary>The endpoint did not do its part.</summary>
    Failed,
}
