namespace Interceptors.Discovery.Tests;

/// <summary>Why a server gets no calls though it is connected.</summary>
public enum Ailment
{
    /// <summary>Its health service says that it does not serve.</summary>
    NotServing,

    /// <summary>It fails its calls.</summary>
    FailingCalls,
}
