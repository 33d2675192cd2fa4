namespace Quickstart.Logs;

/// <summary>One line that a service has logged.</summary>
/// <param name="Host">The service that logged it.</param>
/// <param name="Category">The class that logged it.</param>
/// <param name="Message">The line.</param>
/// <param name="TraceId">The trace id of the call, as a value of the line or of a scope around it.</param>
/// <param name="Values">The values in the line, by name.</param>
/// <param name="Exception">The exception that was logged with it.</param>
internal sealed record LogLine(
    string Host, string Category, string Message, string? TraceId, IReadOnlyDictionary<string, object?> Values, Exception? Exception)
{
    /// <summary>Where on the way of the call it was logged, such as "client sends".</summary>
    public string Hop => Category switch
    {
        _ when Category.StartsWith("Interceptors.Client.", StringComparison.Ordinal) => $"{Host} sends",
        _ when Category.StartsWith("Interceptors.Server.", StringComparison.Ordinal) => $"{Host} receives",
        _ => $"{Host} handles",
    };

    public bool IsFrom<T>() => Category == typeof(T).FullName;

    public double ElapsedMilliseconds => Values.GetValueOrDefault("ElapsedMilliseconds") is double milliseconds ? milliseconds : double.NaN;
}
