using Grpc.Core;

namespace Interceptors.Client;

/// <summary>Observes a single call for whoever wants to know of its end, whichever way it comes.</summary>
internal sealed class StreamEnd : ClientInterceptor
{
    public Action<StatusCode> Ended { private get; set; } = static _ => { };

    protected internal override bool Observes(scoped in OutgoingCall call) => true;

    protected internal override void OnEnd(ClientCall call) => Ended(call.Status.StatusCode);
}
