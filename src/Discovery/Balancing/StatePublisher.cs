using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// Tells the channel the state of its balancer: one at a time, so that an older state never comes after a newer one, and not under
/// the balancer's lock, because the channel has one of its own that comes first.
/// </summary>
/// <param name="channel">Who is told.</param>
/// <param name="gate">The lock of the balancer.</param>
/// <param name="next">The state to tell, asked for under the lock; null if it has been told already.</param>
/// <param name="logger">Where to log to.</param>
internal sealed partial class StatePublisher(IChannelControlHelper channel, Lock gate, Func<BalancerState?> next, ILogger logger)
{
    private bool _publishing;
    private bool _stopped;

    public void Publish()
    {
        while (true)
        {
            BalancerState? state;
            lock (gate)
            {
                // Whoever is at it asks once more before it leaves.
                if (_publishing || _stopped || (state = next()) is null)
                    return;
                _publishing = true;
            }

            try
            {
                channel.UpdateState(state);
            }
            catch (Exception e)
            {
                // Whoever publishes may be a call that ends or a timer, whose business this is not; and what comes next must be told.
                LogNotTold(logger, state.ConnectivityState, e);
            }
            finally
            {
                lock (gate)
                    _publishing = false;
            }
        }
    }

    /// <summary>Under the lock of the balancer.</summary>
    public void Stop() => _stopped = true;
}
