using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>
/// The TLS settings of connections to etcd, from files. It compares what the files hold and not their dates: a mounted secret is
/// renewed by turning a link, which changes no date that is seen here.
/// </summary>
internal sealed partial class EtcdTls(EtcdTlsOptions options, ILogger logger)
{
    private readonly Lock _lock = new();
    private (string? Ca, string? Certificate, string? Key) _texts;
    private Material? _material;
    private string? _problem;

    /// <summary>Why the files can't be used; null if they can.</summary>
    public static string? ProblemOf(EtcdTlsOptions options)
    {
        try
        {
            Load(options, Read(options));
            return null;
        }
        catch (InvalidDataException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>For one connection, to the host that the member's certificate has to name.</summary>
    /// <exception cref="InvalidDataException">The files can't be used and never could.</exception>
    public SslClientAuthenticationOptions OptionsFor(string host)
    {
        var material = Current();
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            ClientCertificateContext = material.Certificate,
            CertificateChainPolicy = material.Trust(),
        };
    }

    private Material Current()
    {
        lock (_lock)
        {
            try
            {
                var texts = Read(options);
                if (_material is null || texts != _texts)
                {
                    var renewed = _material is not null;
                    _material = Load(options, texts);
                    _texts = texts;
                    if (renewed)
                        LogRenewed(logger);
                }

                _problem = null;
            }
            catch (InvalidDataException exception) when (_material is not null)
            {
                // Once, however many connections are made meanwhile.
                if (_problem != exception.Message)
                    LogNotRenewed(logger, exception.Message);
                _problem = exception.Message;
            }

            return _material;
        }
    }

    private static (string? Ca, string? Certificate, string? Key) Read(EtcdTlsOptions options) => (
        ReadFile(nameof(EtcdTlsOptions.CaFile), options.CaFile),
        ReadFile(nameof(EtcdTlsOptions.CertificateFile), options.CertificateFile),
        ReadFile(nameof(EtcdTlsOptions.KeyFile), options.KeyFile));

    private static string? ReadFile(string option, string? path)
    {
        try
        {
            return path is null ? null : File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidDataException($"{option} is '{path}', which can't be read. "
                + "Give a PEM file that exists and is readable.", exception);
        }
    }

    private static Material Load(EtcdTlsOptions options, (string? Ca, string? Certificate, string? Key) texts) => new(
        texts.Ca is null ? null : Certificates(nameof(EtcdTlsOptions.CaFile), options.CaFile, texts.Ca),
        texts.Certificate is null ? null : Shown(options, texts.Certificate, texts.Key));

    private static SslStreamCertificateContext Shown(EtcdTlsOptions options, string certificate, string? key)
    {
        var chain = Certificates(nameof(EtcdTlsOptions.CertificateFile), options.CertificateFile, certificate);
        try
        {
            using var leaf = X509Certificate2.CreateFromPem(certificate, key);
            chain.RemoveAt(0);
            // With a key that TLS can use on every system.
            var usable = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), password: null);
            return SslStreamCertificateContext.Create(usable, chain, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException(
                $"{nameof(options.KeyFile)} is '{options.KeyFile}', which is not the private key of "
                + $"{nameof(options.CertificateFile)} '{options.CertificateFile}'. Give the two that belong together, "
                + "the key not encrypted.", exception);
        }
    }

    private static X509Certificate2Collection Certificates(string option, string? path, string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            // Said below: a text that holds something broken and one that holds nothing are the same mistake.
        }

        return certificates.Count > 0
            ? certificates
            : throw new InvalidDataException($"{option} is '{path}', which holds no certificate. Give a PEM file with BEGIN CERTIFICATE.");
    }

    /// <param name="Authorities">Those trusted; null for the system's.</param>
    /// <param name="Certificate">The one that is shown; null for none.</param>
    private sealed record Material(X509Certificate2Collection? Authorities, SslStreamCertificateContext? Certificate)
    {
        public X509ChainPolicy? Trust()
        {
            if (Authorities is null)
                return null;
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(Authorities);
            return policy;
        }
    }
}
