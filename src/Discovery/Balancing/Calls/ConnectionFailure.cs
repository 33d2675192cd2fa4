namespace Interceptors.Discovery;

/// <summary>What an exception says of the connection of a request.</summary>
internal enum ConnectionFailure
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It broke after the request had been put on it, so that the server may have seen it.</summary>
    Broken,

    /// <summary>There was none, and nothing of the request has left this side.</summary>
    Unsent,
}
