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
        if (!Enum.IsDefined(options.Authentication))
        {
            yield return $"{nameof(options.Authentication)} is {(int)options.Authentication}, which is not known. "
                + "Give Basic, Post or None.";
        }
        if (string.IsNullOrEmpty(options.ClientId) && options.Authentication != ClientAuthentication.None)
            yield return $"{nameof(options.ClientId)} is empty. Give the identifier that the endpoint knows.";
        foreach (var problem in SecretProblems(options).Concat(TimeProblems(options)))
            yield return problem;
        if (options.Scopes.Any(scope => string.IsNullOrEmpty(scope) || scope.Contains(' ', StringComparison.Ordinal)))
            yield return $"{nameof(options.Scopes)} has an empty scope or one with a space. Give each scope as an entry of its own.";
    }

    private static IEnumerable<string> SecretProblems(ClientCredentialsOptions options)
    {
        var secrets = (string.IsNullOrEmpty(options.ClientSecret) ? 0 : 1)
            + (options.ClientSecretFile is null ? 0 : 1)
            + (options.GetClientSecret is null ? 0 : 1);
        if (options.Authentication == ClientAuthentication.None)
        {
            if (secrets > 0)
                yield return $"{nameof(options.ClientSecret)} is set, but {nameof(options.Authentication)} is None. Give one or the other.";
        }
        else if (secrets == 0)
        {
            yield return $"{nameof(options.ClientSecret)} is empty. Give the secret that the endpoint knows, "
                + $"{nameof(options.ClientSecretFile)} or {nameof(options.GetClientSecret)}.";
        }
        else if (secrets > 1)
        {
            yield return $"{nameof(options.ClientSecret)} is given in more than one way. Give one of {nameof(options.ClientSecret)}, "
                + $"{nameof(options.ClientSecretFile)} and {nameof(options.GetClientSecret)}.";
        }
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
        if (options.MaxRetryAfter < TimeSpan.Zero || options.MaxRetryAfter > Longest)
            yield return $"{nameof(options.MaxRetryAfter)} is {options.MaxRetryAfter}. Give zero or more, at most 30 days.";
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
