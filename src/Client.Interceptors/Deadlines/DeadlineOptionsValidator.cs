namespace Interceptors.Client;

internal sealed class DeadlineOptionsValidator : OptionsValidator<DeadlineOptions>
{
    protected override IEnumerable<string> Problems(DeadlineOptions options)
    {
        if (options.Default is { } time && time <= TimeSpan.Zero)
            yield return $"{nameof(options.Default)} is {time}. Give a positive time, or null for none.";
        if (options.IncomingReserve < TimeSpan.Zero)
            yield return $"{nameof(options.IncomingReserve)} is {options.IncomingReserve}. Give zero or more.";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, of) in options.Methods)
        {
            var entry = $"{nameof(options.Methods)}['{key}']";
            if (!IsName(key))
                yield return $"{entry} names neither a method nor a service. Give 'pkg.Service/Method' or 'pkg.Service'.";
            else if (!seen.Add(key.TrimStart('/')))
                yield return $"{entry} is there twice, with and without its leading slash. Give it once.";
            if (of <= TimeSpan.Zero && of != Timeout.InfiniteTimeSpan)
                yield return $"{entry} is {of}. Give a positive time, or -00:00:00.001 (infinite) for none.";
        }
    }

    /// <summary>A name as <see cref="MethodSelector"/> knows it, but no pattern.</summary>
    private static bool IsName(string key) =>
        !key.Contains('*', StringComparison.Ordinal) && MethodSelector.PatternProblem(key) is null;
}
