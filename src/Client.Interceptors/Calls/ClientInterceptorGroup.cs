using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// Several interceptors as one: they share one copy of the metadata and one observed call. The first is the outermost.
/// </summary>
internal sealed class ClientInterceptorGroup(IEnumerable<ClientInterceptor> members) : ClientInterceptor
{
    private readonly ClientInterceptor[] _members = [.. members];

    protected internal override void Prepare(ref OutgoingCall call)
    {
        foreach (var member in _members)
            member.Prepare(ref call);
    }

    protected internal override bool Observes(scoped in OutgoingCall call)
    {
        foreach (var member in _members)
        {
            if (member.Observes(call))
                return true;
        }
        return false;
    }

    protected internal override void OnStart(ClientCall call)
    {
        foreach (var member in _members)
            member.OnStart(call);
    }

    protected internal override bool Reissues(ClientCall call, RpcException error)
    {
        foreach (var member in _members)
        {
            if (member.Reissues(call, error))
                return true;
        }
        return false;
    }

    protected internal override void OnEnd(ClientCall call)
    {
        for (var i = _members.Length - 1; i >= 0; i--)
            _members[i].OnEnd(call);
    }
}
