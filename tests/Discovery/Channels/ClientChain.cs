using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Interceptors.Discovery.Tests;

/// <summary>A client's certificate with an intermediate between it and its authority, as PEM files in a temporary folder.</summary>
internal sealed class ClientChain : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("interceptors-chain-");

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private byte _serial;

    public ClientChain()
    {
        var now = DateTimeOffset.UtcNow;
        _root = Request("root", _rootKey, isAuthority: true).CreateSelfSigned(now.AddDays(-1), now.AddDays(3));
        File.WriteAllText(CaFile, _root.ExportCertificatePem());
        Renew();
    }

    /// <summary>Writes another leaf under another intermediate to the files.</summary>
    public void Renew()
    {
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        using var signed = Request($"middle {_serial}", middleKey, isAuthority: true)
            .Create(_root, now.AddDays(-1), now.AddDays(2), [1, ++_serial]);
        using var middle = signed.CopyWithPrivateKey(middleKey);
        using var leaf = Request("leaf", leafKey, isAuthority: false).Create(middle, now.AddDays(-1), now.AddDays(1), [2, _serial]);
        File.WriteAllText(CertificateFile, $"{leaf.ExportCertificatePem()}\n{middle.ExportCertificatePem()}\n");
        File.WriteAllText(KeyFile, leafKey.ExportPkcs8PrivateKeyPem());
    }

    public string CaFile => Path.Combine(_folder.FullName, "root.pem");

    public string CertificateFile => Path.Combine(_folder.FullName, "leaf.pem");

    public string KeyFile => Path.Combine(_folder.FullName, "leaf.key");

    public void Dispose()
    {
        _root.Dispose();
        _rootKey.Dispose();
        _folder.Delete(recursive: true);
    }

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        return request;
    }
}
