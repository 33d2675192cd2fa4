using Grpc.Core;

namespace Interceptors.Client;

/// <summary>Reports the end of one call, whichever way it ends.</summary>
internal sealed class CallEndObserver : ClientInterceptor
{
    public Action<StatusCode> Ended { private get; set; } = static _ => { };

    protected internal override bool Observes(scoped in OutgoingCall call) => true;

    protected internal override void OnEnd(ClientCall call) => Ended(call.Status.StatusCode);
}
