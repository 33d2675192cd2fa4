using Microsoft.Extensions.Options;

namespace Interceptors.Discovery;

internal sealed class EtcdOptionsValidator : OptionsValidator<EtcdOptions>
{
    public static void ThrowIfInvalid(EtcdOptions options)
    {
        if (new EtcdOptionsValidator().Validate(name: null, options) is { Failed: true } result)
            throw new OptionsValidationException(Options.DefaultName, typeof(EtcdOptions), result.Failures);
    }

    protected override IEnumerable<string> Problems(EtcdOptions options)
    {
        var o = options;
        if (o.Endpoints.Count == 0)
            yield return $"{nameof(o.Endpoints)} is empty. Give at least one address, for example http://127.0.0.1:2379.";
        foreach (var problem in o.Endpoints.Select(EndpointProblem).OfType<string>())
            yield return $"{nameof(o.Endpoints)} {problem} Give addresses such as http://127.0.0.1:2379.";
        if (o.Prefix is not ("" or [.., '/']))
            yield return $"{nameof(o.Prefix)} is '{o.Prefix}'. Give one that ends with a slash, for example "
                + "/project/service/, or an empty one.";
        if (o.ControlPrefix is not ("" or [.., '/']))
            yield return $"{nameof(o.ControlPrefix)} is '{o.ControlPrefix}'. Give one that ends with a slash, for example "
                + $"{EtcdOptions.DefaultControlPrefix}, or an empty one.";
        foreach (var problem in EndpointFormats.Problems(o).Concat(UserProblems(o)).Concat(TlsProblems(o)))
            yield return problem;
        if (o.LeaseTtl < TimeSpan.FromSeconds(2) || o.LeaseTtl > TimeSpan.FromHours(1))
            yield return $"{nameof(o.LeaseTtl)} is {o.LeaseTtl}. Give 2 seconds to 1 hour.";
        if (o.ConnectTimeout <= TimeSpan.Zero || o.ConnectTimeout > TimeSpan.FromMinutes(5))
            yield return $"{nameof(o.ConnectTimeout)} is {o.ConnectTimeout}. Give a time up to 5 minutes.";
        if (o.RequestTimeout <= TimeSpan.Zero || o.RequestTimeout > TimeSpan.FromMinutes(5))
            yield return $"{nameof(o.RequestTimeout)} is {o.RequestTimeout}. Give a time up to 5 minutes.";
        if (o.MemberTimeout <= TimeSpan.Zero || o.MemberTimeout > TimeSpan.FromMinutes(5))
            yield return $"{nameof(o.MemberTimeout)} is {o.MemberTimeout}. Give a time up to 5 minutes.";
        if (o.KeepAlivePingDelay < TimeSpan.FromSeconds(1) || o.KeepAlivePingDelay > TimeSpan.FromMinutes(10))
            yield return $"{nameof(o.KeepAlivePingDelay)} is {o.KeepAlivePingDelay}. Give 1 second to 10 minutes.";
        if (o.RetryDelay < TimeSpan.FromMilliseconds(1))
            yield return $"{nameof(o.RetryDelay)} is {o.RetryDelay}. Give at least 1 ms: without a pause a broken cluster is flooded.";
        if (o.MaxRetryDelay < o.RetryDelay || o.MaxRetryDelay > TimeSpan.FromHours(1))
            yield return $"{nameof(o.MaxRetryDelay)} is {o.MaxRetryDelay}. Give a time from {nameof(o.RetryDelay)} to 1 hour.";
        if (o.PageSize is < 1 or > 100_000)
            yield return $"{nameof(o.PageSize)} is {o.PageSize}. Give 1 to 100000 keys.";
        if (o.ReconcileInterval < TimeSpan.FromMilliseconds(100) || o.ReconcileInterval > TimeSpan.FromDays(1))
            yield return $"{nameof(o.ReconcileInterval)} is {o.ReconcileInterval}. Give 100 ms to 1 day.";
    }

    private static IEnumerable<string> UserProblems(EtcdOptions o)
    {
        if (o.Username is not null && o.UsernameFile is not null)
            yield return $"{nameof(o.Username)} and {nameof(o.UsernameFile)} say the same thing. Give one of them.";
        if (o.Password is not null && o.PasswordFile is not null)
            yield return $"{nameof(o.Password)} and {nameof(o.PasswordFile)} say the same thing. Give one of them.";
        var hasUser = o.Username is not null || o.UsernameFile is not null;
        if (hasUser != (o.Password is not null || o.PasswordFile is not null))
            yield return $"{nameof(o.Username)} and {nameof(o.Password)}, or their files, belong together. Give both or neither.";
        if (o.UsernameFile is not null && !File.Exists(o.UsernameFile))
            yield return $"{nameof(o.UsernameFile)} is '{o.UsernameFile}', which is no file that can be read. "
                + "Give one that holds the user's name.";
        if (o.PasswordFile is not null && !File.Exists(o.PasswordFile))
            yield return $"{nameof(o.PasswordFile)} is '{o.PasswordFile}', which is no file that can be read. "
                + "Give one that holds the password.";
    }

    private static IEnumerable<string> TlsProblems(EtcdOptions o)
    {
        if (!o.Tls.IsSet)
            yield break;
        if (o.Endpoints.All(e => e?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true))
            yield return $"{nameof(o.Tls)} is set, but no address begins with https://. Give an https address in "
                + $"{nameof(o.Endpoints)}, or no {nameof(o.Tls)}.";
        if (o.Tls.CertificateFile is null != o.Tls.KeyFile is null)
            yield return $"{nameof(o.Tls)}.{nameof(o.Tls.CertificateFile)} and {nameof(o.Tls.KeyFile)} belong together. "
                + "Give both or neither.";
        else if (EtcdTls.ProblemOf(o.Tls) is { } problem)
            yield return $"{nameof(o.Tls)}.{problem}";
    }

    private static string? EndpointProblem(string? endpoint)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            return endpoint?.Contains('@', StringComparison.Ordinal) == true
                ? "holds something that is not an http(s) address."
                : $"holds '{endpoint}', which is not an http(s) address.";
        // Not repeated in the message: it may be a password.
        if (uri.UserInfo.Length > 0)
            return $"holds a user name or password, which belong into {nameof(EtcdOptions.Username)} and {nameof(EtcdOptions.Password)}.";
        return uri.PathAndQuery is "/" or ""
            ? null
            : $"holds '{uri.GetLeftPart(UriPartial.Authority)}' with a path, which etcd does not have.";
    }
}
