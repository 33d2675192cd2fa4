namespace Interceptors.Integration.Tests;

/// <summary>A temporary file with the certificate that a client is to trust.</summary>
internal sealed class CaDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tokens-over-tls-");

    public CaDirectory(string pem)
    {
        CaFile = Path.Combine(_directory.FullName, "ca.pem");
        File.WriteAllText(CaFile, pem);
    }

    public string CaFile { get; }

    public void Dispose() => _directory.Delete(recursive: true);
}
