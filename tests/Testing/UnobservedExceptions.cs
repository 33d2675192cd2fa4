namespace Interceptors.Testing;

/// <summary>
/// Counts the UnobservedTaskExceptions of the whole test assembly; made an assembly fixture, it fails the run at its end
/// when there was one.
/// </summary>
public sealed class UnobservedExceptions : IDisposable
{
    private readonly List<Exception> _exceptions = [];

    public UnobservedExceptions() => TaskScheduler.UnobservedTaskException += Keep;

    /// <summary>Collects garbage and gives what was found so far.</summary>
    public IReadOnlyList<Exception> Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        lock (_exceptions)
            return [.. _exceptions];
    }

    public void Dispose()
    {
        var found = Collect();
        TaskScheduler.UnobservedTaskException -= Keep;
        if (found.Count > 0)
            throw new InvalidOperationException($"{found.Count} exceptions were observed by nobody; the first: {found[0]}");
    }

    private void Keep(object? sender, UnobservedTaskExceptionEventArgs args)
    {
        lock (_exceptions)
            _exceptions.Add(args.Exception);
    }
}
