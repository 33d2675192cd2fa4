using Grpc.Core.Interceptors;

namespace Interceptors.Client;

/// <summary>
/// An interceptor of one call, inside of all others and right before the transport; see <see cref="OutgoingCall.Innermost"/>.
/// </summary>
internal abstract class InnermostInterceptor : Interceptor
{
    /// <summary>Whether the call has to run through it. Skipping it costs nothing.</summary>
    /// <param name="call">The call, after all steps have prepared it.</param>
    /// <param name="continuation">Where the call goes.</param>
    public virtual bool IsNeeded(ref OutgoingCall call, Delegate continuation) => true;
}
