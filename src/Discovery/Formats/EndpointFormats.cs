namespace Interceptors.Discovery;

internal static class EndpointFormats
{
    public static IEndpointFormat Create(EndpointFormat format, string root) => format switch
    {
        EndpointFormat.Detect => new DetectedFormat(root),
        EndpointFormat.Plain or EndpointFormat.GoZero => new PlainEndpointFormat(root),
        EndpointFormat.EtcdNaming => new EtcdNamingFormat(root),
        EndpointFormat.Kratos => new KratosFormat(root),
        EndpointFormat.Kitex => new KitexFormat(root),
        EndpointFormat.GoMicro => new GoMicroFormat(root),
        EndpointFormat.DubboGo => new DubboGoFormat(root),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format."),
    };

    /// <summary>Where a framework puts its services if nobody says otherwise; null for formats that have no such place.</summary>
    public static string? RootOf(EndpointFormat format) => format switch
    {
        EndpointFormat.GoZero or EndpointFormat.EtcdNaming => "",
        EndpointFormat.Kratos => KratosFormat.DefaultRoot,
        EndpointFormat.Kitex => KitexFormat.DefaultRoot,
        EndpointFormat.GoMicro => GoMicroFormat.DefaultRoot,
        EndpointFormat.DubboGo => DubboGoFormat.DefaultRoot,
        _ => null,
    };

    /// <summary>What is wrong with the options about formats; each begins with the name of the option.</summary>
    public static IEnumerable<string> Problems(EtcdOptions options)
    {
        if (FormatProblem(options.Format) is { } problem)
            yield return $"{nameof(options.Format)} {problem}";
        foreach (var (service, own) in options.Services)
        {
            var entry = $"{nameof(options.Services)}['{service}']";
            if (!ServiceName.IsValid(service))
                yield return $"{entry} is not for a service name. Give {ServiceName.Rule}.";
            if (own is null)
                yield return $"{entry} is null. Give an object, or no entry.";
            if (FormatProblem(own?.Format) is { } ownProblem)
                yield return $"{entry}.{nameof(own.Format)} {ownProblem}";
            if (own?.Prefix is { Length: > 0 } prefix && prefix[^1] != '/')
                yield return $"{entry}.{nameof(own.Prefix)} is '{prefix}'. Give one that ends with a slash, or an empty one.";
        }
    }

    private static string? FormatProblem(EndpointFormat? format) => format is not { } said || Enum.IsDefined(said)
        ? null
        : $"is {said}. Give one of {string.Join(", ", Enum.GetNames<EndpointFormat>())}.";
}
