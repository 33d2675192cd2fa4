using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Interceptors.Testing;

/// <summary>An authority and what it has issued for an etcd and its clients, as PEM files in a temporary folder.</summary>
public sealed class EtcdCertificates : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("interceptors-tls-");
    private ECDsa _key = null!;
    private X509Certificate2 _authority = null!;

    public EtcdCertificates() => StartOver();

    public string CaFile => PathOf("ca.pem");

    public string ServerCertificateFile => PathOf("server.pem");

    public string ServerKeyFile => PathOf("server.key");

    public string ClientCertificateFile => PathOf("client.pem");

    public string ClientKeyFile => PathOf("client.key");

    /// <summary>Another authority, and with it new certificates for all: what was trusted before is worth nothing.</summary>
    public void StartOver()
    {
        _key?.Dispose();
        _authority?.Dispose();
        _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=authority {Guid.NewGuid():n}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(CaFile, _authority.ExportCertificatePem());
        Issue("server", ServerCertificateFile, ServerKeyFile);
        RenewClient();
    }

    /// <summary>A new certificate and key for clients, from the same authority.</summary>
    public void RenewClient() => Issue("client", ClientCertificateFile, ClientKeyFile);

    public void Dispose()
    {
        _key.Dispose();
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private void Issue(string name, string certificateFile, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("etcd.test");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        // A member of a cluster that asks for certificates calls itself with its own.
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], critical: false));
        var serial = RandomNumberGenerator.GetBytes(12);
        using var certificate = request.Create(_authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), serial);
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }
}
