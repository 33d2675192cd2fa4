using System.Security.Authentication;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>Which option mends a failed request, where that can be told.</summary>
internal static class EtcdHints
{
    private const string Options = nameof(EtcdOptions);
    private const string User = $"{Options}.{nameof(EtcdOptions.Username)}";
    private const string Tls = $"{Options}.{nameof(EtcdOptions.Tls)}";

    public static string? Of(EtcdFailure failure, string endpoint, EtcdOptions options)
    {
        if (!options.HasUser && (failure.StatusCode == StatusCode.PermissionDenied || EtcdFailure.IsAboutToken(failure.Detail)))
            return $"It asks for a user: give {User} and {nameof(options.Password)}.";
        if (failure.StatusCode == StatusCode.PermissionDenied)
            return $"Give {User} a role with the permission for {Options}.{nameof(options.Prefix)}, in etcd.";
        if (failure.Detail.Contains("invalid user ID or password", StringComparison.Ordinal))
            return $"Give another {User} or {nameof(options.Password)}.";
        if (EtcdFailure.Causes(failure.Exception).OfType<AuthenticationException>().FirstOrDefault() is { } refused)
        {
            return refused.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
                ? $"Give its authority's file as {Tls}.{nameof(options.Tls.CaFile)}, and the name or address that its certificate has."
                : $"If it has no TLS, give http:// in {Options}.{nameof(options.Endpoints)}.";
        }

        // What .NET says of a server that ends the connection instead of speaking HTTP/2.
        if (!failure.Detail.Contains("HTTP/2 handshake", StringComparison.Ordinal))
            return null;
        if (!endpoint.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase))
            return $"If it has TLS, give https:// in {Options}.{nameof(options.Endpoints)}.";
        return options.Tls.CertificateFile is null
            ? $"If it asks clients for a certificate, give {Tls}.{nameof(options.Tls.CertificateFile)} and {nameof(options.Tls.KeyFile)}."
            : $"If it refuses this client's certificate, give another {Tls}.{nameof(options.Tls.CertificateFile)}.";
    }
}
