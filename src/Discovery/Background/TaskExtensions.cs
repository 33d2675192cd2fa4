namespace Interceptors.Discovery;

internal static class TaskExtensions
{
    /// <summary>For a task whose waiters may all have gone by the time it fails; its failure is nobody's then.</summary>
    public static T Observed<T>(this T task)
        where T : Task
    {
        task.ContinueWith(
            static failed => _ = failed.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return task;
    }
}
