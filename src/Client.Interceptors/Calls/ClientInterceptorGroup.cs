using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// Several interceptors as one: they share one copy of the metadata and one observed call. The first is the outermost.
/// </summary>
internal sealed class ClientInterceptorGroup : ClientInterceptor
{
    private readonly ClientInterceptor[] _preparing;
    private readonly ClientInterceptor[] _awaited;
    private readonly ClientInterceptor[] _starting;
    private readonly ClientInterceptor[] _observing;

    public ClientInterceptorGroup(IReadOnlyCollection<ClientInterceptor> members)
    {
        _preparing = With(ClientInterceptorSteps.Prepare);
        _awaited = With(ClientInterceptorSteps.PrepareAsync);
        _starting = With(ClientInterceptorSteps.Start);
        _observing = With(ClientInterceptorSteps.Observe);
        Steps = members.Aggregate(default(ClientInterceptorSteps), static (steps, member) => steps | member.Steps);
        ServerTags = members.Select(static member => member.ServerTags).FirstOrDefault(static tags => tags is not null);

        ClientInterceptor[] With(ClientInterceptorSteps step) => [.. members.Where(member => member.Steps.HasFlag(step))];
    }

    internal override ClientInterceptorSteps Steps { get; }

    internal override IReadOnlyList<KeyValuePair<string, object?>>? ServerTags { get; }

    protected internal override void Prepare(ref OutgoingCall call)
    {
        foreach (var member in _preparing)
            member.Prepare(ref call);
    }

    protected internal override ValueTask PrepareAsync(PreparingCall call)
    {
        for (var i = 0; i < _awaited.Length; i++)
        {
            var pending = _awaited[i].PrepareAsync(call);
            if (!pending.IsCompletedSuccessfully)
                return AwaitAsync(pending, i + 1, call);
        }
        return ValueTask.CompletedTask;
    }

    protected internal override bool Observes(scoped in OutgoingCall call)
    {
        foreach (var member in _observing)
        {
            if (member.Observes(call))
                return true;
        }
        return false;
    }

    protected internal override void OnStart(ClientCall call)
    {
        foreach (var member in _starting)
            member.OnStart(call);
    }

    protected internal override bool Reissues(ClientCall call, RpcException error)
    {
        foreach (var member in _observing)
        {
            if (member.Reissues(call, error))
                return true;
        }
        return false;
    }

    protected internal override void OnEnd(ClientCall call)
    {
        for (var i = _observing.Length - 1; i >= 0; i--)
            _observing[i].OnEnd(call);
    }

    private async ValueTask AwaitAsync(ValueTask pending, int next, PreparingCall call)
    {
        await pending.ConfigureAwait(false);
        for (; next < _awaited.Length; next++)
            await _awaited[next].PrepareAsync(call).ConfigureAwait(false);
    }
}
