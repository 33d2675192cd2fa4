namespace Interceptors.Server;

/// <summary>Reads the exception of a task that has ended.</summary>
internal static class EndedTask
{
    /// <summary>The exception with which the task ended; null if it succeeded.</summary>
    public static Exception? ErrorOf(Task ended)
    {
        if (ended.IsCompletedSuccessfully)
            return null;
        if (ended.Exception is { } errors)
            return errors.InnerException;
        try
        {
            // The only way to the exception of a cancelled task.
            ended.GetAwaiter().GetResult();
            return null;
        }
        catch (OperationCanceledException exception)
        {
            return exception;
        }
    }
}
