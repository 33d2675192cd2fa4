namespace Grpc.Core;

/// <summary>The versions that this assembly stands in for.</summary>
public static class VersionInfo
{
    /// <summary>The assembly version, which binds binaries to each other.</summary>
    public const string CurrentAssemblyVersion = "2.0.0.0";

    /// <summary>The file version.</summary>
    public const string CurrentAssemblyFileVersion = "2.85.0.0";

    /// <summary>The version of gRPC.</summary>
    public const string CurrentVersion = "2.85.0";
}
