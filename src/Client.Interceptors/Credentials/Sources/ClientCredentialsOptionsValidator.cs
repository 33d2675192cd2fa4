namespace Interceptors.Client;

internal sealed class ClientCredentialsOptionsValidator : OptionsValidator<ClientCredentialsOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    protected override IEnumerable<string> Problems(ClientCredentialsOptions options)
    {
        if (!IsSafe(options.TokenEndpoint))
        {
            yield return $"{nameof(options.TokenEndpoint)} is no https address (http is for this machine only, RFC 6749 §3.2). "
                + "Give one such as https://host/token.";
        }
        if (string.IsNullOrEmpty(options.ClientId))
            yield return $"{nameof(options.ClientId)} is empty. Give the identifier that the endpoint knows.";
        if (string.IsNullOrEmpty(options.ClientSecret))
            yield return $"{nameof(options.ClientSecret)} is empty. Give the secret that the endpoint knows.";
        if (!Enum.IsDefined(options.Authentication))
            yield return $"{nameof(options.Authentication)} is {(int)options.Authentication}, which is not known. Give Basic or Post.";
        if (options.Scopes.Any(scope => string.IsNullOrEmpty(scope) || scope.Contains(' ', StringComparison.Ordinal)))
            yield return $"{nameof(options.Scopes)} has an empty scope or one with a space. Give each scope as an entry of its own.";
        foreach (var problem in TimeProblems(options))
            yield return problem;
    }

    private static IEnumerable<string> TimeProblems(ClientCredentialsOptions options)
    {
        foreach (var (name, time) in new[]
                 {
                     (nameof(options.DefaultLifetime), options.DefaultLifetime),
                     (nameof(options.Timeout), options.Timeout),
                     (nameof(options.FailureDelay), options.FailureDelay),
                 })
        {
            if (time <= TimeSpan.Zero || time > Longest)
                yield return $"{name} is {time}. Give a positive time of at most 30 days.";
        }
        if (options.RefreshAhead < TimeSpan.Zero)
            yield return $"{nameof(options.RefreshAhead)} is {options.RefreshAhead}. Give zero or more.";
        if (options.MaxFailureDelay < options.FailureDelay)
        {
            yield return $"{nameof(options.MaxFailureDelay)} is {options.MaxFailureDelay}. "
                + $"Give at least the {options.FailureDelay} of {nameof(options.FailureDelay)}.";
        }
    }

    private static bool IsSafe(Uri? endpoint) =>
        endpoint is { IsAbsoluteUri: true }
        && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback));
}
