using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>What a call runs through inside of all steps; see <see cref="OutgoingCall.Inside"/>.</summary>
internal abstract class InsideInterceptor : Interceptor
{
    /// <summary>Whether the call has to run through it: going around it costs nothing.</summary>
    /// <param name="call">The call, all steps having prepared it.</param>
    /// <param name="continuation">Where the call goes.</param>
    public virtual bool IsNeeded(ref OutgoingCall call, Delegate continuation) => true;
}
