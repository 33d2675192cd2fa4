namespace Interceptors.Client;

/// <summary>
/// Resumes once an awaited operation has completed, in the execution context that was captured before, as asynchronous methods do. Pooled,
/// which saves each observed unary call some 300 bytes, and each message that a stream has to wait for some 100.
/// </summary>
internal abstract class PooledContinuation
{
    private ExecutionContext? _context;

    protected PooledContinuation() => Continue = Run;

    /// <summary>To be called when the awaited operation has completed.</summary>
    public Action Continue { get; }

    /// <summary>Captures the context to resume in.</summary>
    public void Capture() => _context = ExecutionContext.Capture();

    /// <summary>Releases what it kept.</summary>
    public virtual void Return() => _context = null;

    protected abstract void GoOn();

    private void Run()
    {
        if (_context is { } context)
            ExecutionContext.Run(context, static self => ((PooledContinuation)self!).GoOn(), this);
        else
            GoOn();
    }
}

/// <summary>Continuations of one type, with a small pool for each thread.</summary>
internal abstract class PooledContinuation<TSelf> : PooledContinuation
    where TSelf : PooledContinuation<TSelf>, new()
{
    private const int MaxFree = 64;

    [ThreadStatic]
    private static TSelf? _free;

    private TSelf? _next;
    private int _depth;

    public static TSelf Rent()
    {
        ref var first = ref _free;
        if (first is not { } free)
            return new TSelf();
        first = free._next;
        free._next = null;
        return free;
    }

    public sealed override void Return()
    {
        base.Return();
        Clear();
        ref var first = ref _free;
        _depth = first is { } free ? free._depth + 1 : 1;
        if (_depth > MaxFree)
            return;
        _next = first;
        first = (TSelf)this;
    }

    protected abstract void Clear();
}
