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

    /// <summary>Whether it completes, however, before a limit is over. Without a limit: true, when it completes.</summary>
    public static async Task<bool> CompletesWithinAsync(
        this Task task, TimeSpan? limit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (limit is null || task.IsCompleted)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wait = limit.Value > TimeSpan.Zero ? limit.Value : TimeSpan.Zero;
        var first = await Task.WhenAny(task, Task.Delay(wait, time, timer.Token)).ConfigureAwait(false);
        await timer.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return first == task;
    }
}
