using System.Net;

namespace Interceptors.Discovery.AspNetCore;

internal sealed class ServiceRegistrationOptionsValidator : OptionsValidator<ServiceRegistrationOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    protected override IEnumerable<string> Problems(ServiceRegistrationOptions options) =>
        IdentityProblems(options).Concat(AddressProblems(options)).Concat(DescriptionProblems(options))
            .Concat(ReadinessProblems(options.Readiness).Select(p => $"{nameof(options.Readiness)}.{p}"));

    /// <summary>With the name of the service, which is the name of the options, behind that of the option.</summary>
    protected override string Sentence(string? name, string problem) =>
        base.Sentence(name, problem.Insert(problem.IndexOf(' ', StringComparison.Ordinal), $" of service '{name}'"));

    private static IEnumerable<string> IdentityProblems(ServiceRegistrationOptions options)
    {
        if (options.Id is not null && !ServiceName.IsValidPart(options.Id))
            yield return $"{nameof(options.Id)} is '{options.Id}'. Give letters, digits and . _ ~ @ : + -, no slash.";
        if (options.Id is not null && options.RandomId)
            yield return $"{nameof(options.RandomId)} is set beside {nameof(options.Id)}. Give one of them.";
        if (options.DrainTime < TimeSpan.Zero || options.DrainTime > Longest)
            yield return $"{nameof(options.DrainTime)} is {options.DrainTime}. Give a time between zero and one hour.";
    }

    private static IEnumerable<string> AddressProblems(ServiceRegistrationOptions options)
    {
        if (options.AdvertisedHost is { } host && (HostName.IsWildcard(host) || !HostName.TryNormalize(host, out _)))
            yield return $"{nameof(options.AdvertisedHost)} is '{host}'. Give a host name or an IP address that clients can call, "
                + "without port.";
        if (options.Port is < 1 or > IPEndPoint.MaxPort)
            yield return $"{nameof(options.Port)} is {options.Port}. Give one of the bound ports, or leave it unset.";
        if (options.AdvertisedPort is < 1 or > IPEndPoint.MaxPort)
            yield return $"{nameof(options.AdvertisedPort)} is {options.AdvertisedPort}. Give 1 to 65535, or leave it unset.";
        if (options.AdvertisedPort is not null && options.AllPorts)
            yield return $"{nameof(options.AdvertisedPort)} is set beside {nameof(options.AllPorts)}. Give one of them.";
        if (options.Port is not null && options.AllPorts)
            yield return $"{nameof(options.AllPorts)} is set beside {nameof(options.Port)}. Give one of them.";
        if (options.Scheme is not (null or "http" or "https"))
            yield return $"{nameof(options.Scheme)} is '{options.Scheme}'. Give http or https, or leave it unset for either.";
    }

    private static IEnumerable<string> DescriptionProblems(ServiceRegistrationOptions options)
    {
        if (options.Weight < 1)
            yield return $"{nameof(options.Weight)} is {options.Weight}. Give 1 or more, or leave it unset.";
        if (options.Tags.FirstOrDefault(t => string.IsNullOrWhiteSpace(t) || t.Contains(',')) is { } tag)
            yield return $"{nameof(options.Tags)} holds '{tag}'. Give words without commas.";
    }

    private static IEnumerable<string> ReadinessProblems(ReadinessOptions options)
    {
        if (options.Interval < Shortest || options.Interval > Longest)
            yield return $"{nameof(options.Interval)} is {options.Interval}. Give a time between 10 ms and one hour.";
        if (options.Timeout < Shortest || options.Timeout > Longest)
            yield return $"{nameof(options.Timeout)} is {options.Timeout}. Give a time between 10 ms and one hour.";
        if (options.FailuresToWithdraw < 1)
            yield return $"{nameof(options.FailuresToWithdraw)} is {options.FailuresToWithdraw}. Give 1 or more.";
        if (options.SuccessesToReturn < 1)
            yield return $"{nameof(options.SuccessesToReturn)} is {options.SuccessesToReturn}. Give 1 or more.";
    }
}
