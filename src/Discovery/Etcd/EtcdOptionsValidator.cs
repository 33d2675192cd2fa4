using Microsoft.Extensions.Options;

namespace Interceptors.Discovery;

internal sealed class EtcdOptionsValidator : IValidateOptions<EtcdOptions>
{
    public ValidateOptionsResult Validate(string? name, EtcdOptions options)
    {
        var problems = Problems(options).Select(p => $"{nameof(EtcdOptions)}.{p}").ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    public static void ThrowIfInvalid(EtcdOptions options)
    {
        if (new EtcdOptionsValidator().Validate(name: null, options) is { Failed: true } result)
            throw new OptionsValidationException(Options.DefaultName, typeof(EtcdOptions), result.Failures);
    }

    private static IEnumerable<string> Problems(EtcdOptions o)
    {
        if (o.Endpoints.Count == 0)
            yield return $"{nameof(o.Endpoints)} is empty. Give at least one address, for example http://127.0.0.1:2379.";
        foreach (var problem in o.Endpoints.Select(EndpointProblem).OfType<string>())
            yield return $"{nameof(o.Endpoints)} {problem} Give addresses such as http://127.0.0.1:2379.";
        if (string.IsNullOrEmpty(o.Prefix) || o.Prefix[^1] != '/')
            yield return $"{nameof(o.Prefix)} is '{o.Prefix}'. End it with a slash, for example /project/service/.";
        if (o.Username is null != o.Password is null)
            yield return $"{nameof(o.Username)} and {nameof(o.Password)} belong together. Set both or neither.";
        if (o.LeaseTtl < TimeSpan.FromSeconds(2) || o.LeaseTtl > TimeSpan.FromHours(1))
            yield return $"{nameof(o.LeaseTtl)} is {o.LeaseTtl}. Give 2 seconds to 1 hour.";
        if (o.ConnectTimeout <= TimeSpan.Zero || o.ConnectTimeout > TimeSpan.FromMinutes(5))
            yield return $"{nameof(o.ConnectTimeout)} is {o.ConnectTimeout}. Give a time up to 5 minutes.";
        if (o.RequestTimeout <= TimeSpan.Zero || o.RequestTimeout > TimeSpan.FromMinutes(5))
            yield return $"{nameof(o.RequestTimeout)} is {o.RequestTimeout}. Give a time up to 5 minutes.";
        if (o.RetryDelay < TimeSpan.FromMilliseconds(1))
            yield return $"{nameof(o.RetryDelay)} is {o.RetryDelay}. Give at least 1 ms: without a pause a broken cluster is flooded.";
        if (o.MaxRetryDelay < o.RetryDelay || o.MaxRetryDelay > TimeSpan.FromHours(1))
            yield return $"{nameof(o.MaxRetryDelay)} is {o.MaxRetryDelay}. Give a time from {nameof(o.RetryDelay)} to 1 hour.";
    }

    private static string? EndpointProblem(string? endpoint)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            return endpoint?.Contains('@', StringComparison.Ordinal) == true
                ? "holds something that is not an http(s) address."
                : $"holds '{endpoint}', which is not an http(s) address.";
        // Not repeated in the message: it may be a password.
        if (uri.UserInfo.Length > 0)
            return $"holds a user name or password; put them into {nameof(EtcdOptions.Username)} and {nameof(EtcdOptions.Password)}.";
        return uri.PathAndQuery is "/" or ""
            ? null
            : $"holds '{uri.GetLeftPart(UriPartial.Authority)}' with a path, which etcd does not have.";
    }
}
