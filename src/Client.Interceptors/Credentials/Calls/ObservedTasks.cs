namespace Interceptors.Client;

internal static class ObservedTasks
{
    /// <summary>The same task, whose failure is nobody's surprise if the one who waits for it goes away.</summary>
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
