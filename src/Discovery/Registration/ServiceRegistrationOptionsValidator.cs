using System.Net;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery;

internal sealed class ServiceRegistrationOptionsValidator : IValidateOptions<ServiceRegistrationOptions>
{
    public ValidateOptionsResult Validate(string? name, ServiceRegistrationOptions options)
    {
        List<string> problems = [];
        if (options.Id is not null && !ServiceName.IsValidPart(options.Id))
            problems.Add(Problem(nameof(options.Id), $"is '{options.Id}'. Use letters, digits and . _ ~ @ : + -, no slash."));
        if (options.AdvertisedHost is { } host && (HostName.IsWildcard(host) || !HostName.TryNormalize(host, out _)))
        {
            problems.Add(Problem(
                nameof(options.AdvertisedHost),
                $"is '{host}'. Give a host name or an IP address that clients can call, without port."));
        }

        if (options.Port is < 1 or > IPEndPoint.MaxPort)
            problems.Add(Problem(nameof(options.Port), $"is {options.Port}. Give one of the bound ports, or leave it unset."));
        if (options.DrainTime < TimeSpan.Zero || options.DrainTime > TimeSpan.FromHours(1))
            problems.Add(Problem(nameof(options.DrainTime), $"is {options.DrainTime}. Give a time between zero and one hour."));
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        string Problem(string option, string rest) => $"{nameof(ServiceRegistrationOptions)}.{option} of service '{name}' {rest}";
    }
}
