using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>
/// The responses of a call that a channel counts. The call has ended when they have, when it is disposed, or when nobody can reach it any
/// more.
/// </summary>
internal sealed class CountedStream<TResponse>(IDisposable call, IAsyncStreamReader<TResponse> responses, CountedChannel channel)
    : IAsyncStreamReader<TResponse>
{
    private int _hasEnded;

    ~CountedStream() => End();

    public IDisposable Call => call;

    public TResponse Current => responses.Current;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var next = responses.MoveNext(cancellationToken);
        // Beside it, so that the task is the library's own.
        if (!next.IsCompletedSuccessfully)
            next.ContinueWith(OnRead, this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        else if (!next.Result)
            End();
        return next;
    }

    public void Dispose()
    {
        call.Dispose();
        End();
    }

    private static void OnRead(Task<bool> read, object? stream)
    {
        // An InvalidOperationException says that another read is going on, which is no end.
        if (read.IsCompletedSuccessfully ? !read.Result : read.Exception?.InnerException is not InvalidOperationException)
            ((CountedStream<TResponse>)stream!).End();
    }

    [SuppressMessage("Usage", "CA1816", Justification = "Most streams are read to their end, and not each is disposed.")]
    private void End()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
            return;
        GC.SuppressFinalize(this);
        channel.Leave();
    }
}
