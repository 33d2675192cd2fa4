using Grpc.Core;

namespace Interceptors.Client;

/// <summary>An interceptor for chosen methods only; for others it is as if it weren't there.</summary>
internal sealed class SelectedInterceptor(MethodSelector methods, ClientInterceptor selected) : ClientInterceptor
{
    internal override ClientSteps Steps => selected.Steps;

    protected internal override void Prepare(ref OutgoingCall call)
    {
        if (methods.Matches(call.Method.FullName))
            selected.Prepare(ref call);
    }

    protected internal override bool Observes(scoped in OutgoingCall call) =>
        methods.Matches(call.Method.FullName) && selected.Observes(call);

    protected internal override void OnStart(ClientCall call)
    {
        if (methods.Matches(call.Method.FullName))
            selected.OnStart(call);
    }

    protected internal override bool Reissues(ClientCall call, RpcException error) =>
        methods.Matches(call.Method.FullName) && selected.Reissues(call, error);

    protected internal override void OnEnd(ClientCall call)
    {
        if (methods.Matches(call.Method.FullName))
            selected.OnEnd(call);
    }
}
