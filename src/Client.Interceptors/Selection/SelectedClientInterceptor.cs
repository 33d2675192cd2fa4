using Grpc.Core;

namespace Interceptors.Client;

/// <summary>An interceptor of the kit, limited to chosen methods.</summary>
internal sealed class SelectedClientInterceptor(MethodSelector methods, ClientInterceptor selected) : ClientInterceptor
{
    public ClientInterceptor Selected => selected;

    internal override ClientInterceptorSteps Steps => selected.Steps;

    internal override IReadOnlyList<KeyValuePair<string, object?>>? ServerTags => selected.ServerTags;

    protected internal override void Prepare(ref OutgoingCall call)
    {
        if (methods.Matches(call.Method.FullName))
            selected.Prepare(ref call);
    }

    protected internal override ValueTask PrepareAsync(PreparingCall call) =>
        methods.Matches(call.Method.FullName) ? selected.PrepareAsync(call) : ValueTask.CompletedTask;

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
