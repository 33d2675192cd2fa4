using System.Net;
using Grpc.Core;

namespace Interceptors.Discovery;

internal sealed class DiscoveryChannelOptionsValidator(CustomPolicies policies) : OptionsValidator<DiscoveryChannelOptions>
{
    protected override IEnumerable<string> Problems(DiscoveryChannelOptions options) =>
        PolicyProblems(options)
            .Concat(CredentialProblems(options))
            .Concat(ConnectionProblems(options))
            .Concat(SizeProblems(options))
            .Concat(options.Balancing.Problems().Select(problem => $"{nameof(options.Balancing)}.{problem}"))
            .Concat(options.ServiceConfig.Problems().Select(problem => $"{nameof(options.ServiceConfig)}.{problem}"))
            .Concat(options.Resolution.Problems().Select(problem => $"{nameof(options.Resolution)}.{problem}"));

    private IEnumerable<string> PolicyProblems(DiscoveryChannelOptions o)
    {
        if (!policies.AllNames.Contains(o.LoadBalancingPolicy))
        {
            yield return $"{nameof(o.LoadBalancingPolicy)} is '{o.LoadBalancingPolicy}', which is not known. "
                + $"Give one of {string.Join(", ", policies.AllNames)}.";
        }

        if (o.Interceptors.Contains(null!))
            yield return $"{nameof(o.Interceptors)} holds null. Take it out.";
    }

    private static IEnumerable<string> CredentialProblems(DiscoveryChannelOptions o)
    {
        if (o.Tls.IsOn && ReferenceEquals(o.Credentials, ChannelCredentials.Insecure))
        {
            yield return $"{nameof(o.Credentials)} is ChannelCredentials.Insecure, which means plain text, while {nameof(o.Tls)} is set. "
                + "Leave one of them out.";
        }

        if (o.Credentials is SslCredentials { RootCertificates: not null } or SslCredentials { KeyCertificatePair: not null })
        {
            yield return $"{nameof(o.Credentials)} is an SslCredentials with arguments, which .NET does not take. "
                + $"Give ChannelCredentials.SecureSsl, and the certificates as files in {nameof(o.Tls)}.";
        }

        foreach (var problem in o.Tls.Problems())
            yield return $"{nameof(o.Tls)}.{problem}";
    }

    private static IEnumerable<string> ConnectionProblems(DiscoveryChannelOptions o)
    {
        foreach (var (name, value) in new[]
                 {
                     (nameof(o.KeepAlivePingDelay), o.KeepAlivePingDelay), (nameof(o.KeepAlivePingTimeout), o.KeepAlivePingTimeout),
                 })
        {
            if (value < TimeSpan.FromSeconds(1) && value != Timeout.InfiniteTimeSpan)
                yield return $"{name} is {value}. Give at least 1 second, or Timeout.InfiniteTimeSpan for no pings.";
        }

        if (o.HttpVersion is { } version && version != HttpVersion.Version20 && version != HttpVersion.Version11)
        {
            yield return $"{nameof(o.HttpVersion)} is {version}. Give HttpVersion.Version20 or HttpVersion.Version11, "
                + "or null for what fits the client.";
        }

        if (o.IdleConnectionTimeout < TimeSpan.FromSeconds(1) && o.IdleConnectionTimeout != Timeout.InfiniteTimeSpan)
        {
            yield return $"{nameof(o.IdleConnectionTimeout)} is {o.IdleConnectionTimeout}. "
                + "Give at least 1 second, or Timeout.InfiniteTimeSpan for no end.";
        }

        foreach (var (name, value) in new[] { (nameof(
            o.ConnectTimeout), o.ConnectTimeout), (nameof(o.MaxReconnectDelay), o.MaxReconnectDelay) })
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
                yield return $"{name} is {value}. Give a time up to 1 hour.";
        }
    }

    private static IEnumerable<string> SizeProblems(DiscoveryChannelOptions o)
    {
        if (o.MaxReceiveMessageSize < 0)
            yield return $"{nameof(o.MaxReceiveMessageSize)} is {o.MaxReceiveMessageSize}. Give a number of bytes, or null for no limit.";
        if (o.MaxDecompressedMessageSize < 0)
        {
            yield return $"{nameof(o.MaxDecompressedMessageSize)} is {o.MaxDecompressedMessageSize}. "
                + $"Give a number of bytes, or null for no other limit than {nameof(o.MaxReceiveMessageSize)}.";
        }

        if (o.MaxSendMessageSize < 0)
            yield return $"{nameof(o.MaxSendMessageSize)} is {o.MaxSendMessageSize}. Give a number of bytes, or null for no limit.";
    }
}
