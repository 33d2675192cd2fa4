using System.Runtime.CompilerServices;

namespace Interceptors.Client;

/// <summary>Keeps an asynchronous method while it waits.</summary>
internal abstract class AsyncBox
{
    private ExecutionContext? _context;

    protected AsyncBox() => Continue = Run;

    /// <summary>Goes on with the method.</summary>
    public Action Continue { get; }

    /// <summary>The method goes on in the context in which it waits, as every asynchronous method does.</summary>
    public void Capture() => _context = ExecutionContext.Capture();

    /// <summary>The method has ended.</summary>
    public void Return()
    {
        _context = null;
        Clear();
    }

    protected abstract void Clear();

    protected abstract void MoveNext();

    private void Run()
    {
        if (_context is { } context)
            ExecutionContext.Run(context, static box => ((AsyncBox)box!).MoveNext(), this);
        else
            MoveNext();
    }
}

/// <summary>The boxes of one method. Each thread keeps a few that are free.</summary>
internal sealed class AsyncBox<TStateMachine> : AsyncBox
    where TStateMachine : IAsyncStateMachine
{
    private const int MaxFree = 64;

    [ThreadStatic]
    private static AsyncBox<TStateMachine>? _free;

    private AsyncBox<TStateMachine>? _next;
    private int _depth;

    public TStateMachine? StateMachine;

    public static AsyncBox<TStateMachine> Rent()
    {
        if (_free is not { } box)
            return new AsyncBox<TStateMachine>();
        _free = box._next;
        box._next = null;
        return box;
    }

    protected override void Clear()
    {
        StateMachine = default;
        _depth = _free is { } free ? free._depth + 1 : 1;
        if (_depth > MaxFree)
            return;
        _next = _free;
        _free = this;
    }

    protected override void MoveNext() => StateMachine!.MoveNext();
}
