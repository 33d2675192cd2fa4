namespace Interceptors.Client;

/// <summary>Extensions of tasks.</summary>
internal static class TaskExtensions
{
    /// <summary>The same task. Its exception is observed, for the case that whoever awaits it stops waiting.</summary>
    public static Task<T> Observed<T>(this Task<T> task)
    {
        Observed((Task)task);
        return task;
    }

    /// <inheritdoc cref="Observed{T}(Task{T})"/>
    public static Task Observed(this Task task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            _ = task.ContinueWith(
                static task => task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return task;
    }
}
