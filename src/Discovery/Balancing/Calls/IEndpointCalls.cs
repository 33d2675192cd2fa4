using Grpc.Net.Client.Balancer;

namespace Interceptors.Discovery;

/// <summary>What the calls of an endpoint tell its balancer, and what they ask it.</summary>
internal interface IEndpointCalls
{
    /// <summary>Whether each call is to be seen to its end.</summary>
    bool AreObserved { get; }

    /// <summary>One that was to be seen to its end has come to it.</summary>
    void OnEnded(BalancedEndpoint endpoint, CallOutcome outcome);

    /// <summary>One has found that its connection is broken, or that none could be made.</summary>
    /// <param name="endpoint">The endpoint that takes no calls now, until it is connected again.</param>
    /// <param name="subchannel">The subchannel over which that call went. News of one that is already replaced is no news.</param>
    void OnConnectionLost(BalancedEndpoint endpoint, Subchannel subchannel);

    /// <summary>Another endpoint for a call that was not sent, as the channel would choose it.</summary>
    /// <returns>Null if there is none, and none is being connected or the call does not wait.</returns>
    ValueTask<BalancedEndpoint?> PickAgainAsync(bool waitForReady, CancellationToken cancellationToken);
}
