using Interceptors.Propagation;

namespace Interceptors.Client;

/// <summary>
/// A call is being sent, and what sends it finds its notes until this is disposed. Most calls are sent before the method that sends them
/// returns; while they are not, such as the first of a channel, the notes flow.
/// </summary>
internal readonly ref struct NotedSend
{
    private readonly ClientInterceptor _interceptor;
    private readonly CallNotes? _notes;
    private readonly CallNotes.Scope _scope;

    public NotedSend(ClientInterceptor interceptor, CallNotes? notes)
    {
        _interceptor = interceptor;
        _notes = notes;
        _scope = CallNotes.Enter(notes ?? CallNotes.Current, flows: notes is not null && interceptor.NotesMustFlow);
    }

    public void Dispose()
    {
        _scope.Dispose();
        if (_notes is not null)
            _interceptor.Sent(_notes);
    }
}
