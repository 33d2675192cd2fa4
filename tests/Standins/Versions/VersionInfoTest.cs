using System.Reflection;
using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class VersionInfoTest
{
    private static readonly Assembly Contracts = typeof(StatusCode).Assembly;

    [Fact]
    public void CurrentAssemblyVersion_is_the_version_of_the_assembly() =>
        Assert.Equal(VersionInfo.CurrentAssemblyVersion, Contracts.GetName().Version!.ToString());

    [Fact]
    public void CurrentAssemblyFileVersion_is_the_version_of_the_file() => Assert.Equal(
        VersionInfo.CurrentAssemblyFileVersion, Contracts.GetCustomAttribute<AssemblyFileVersionAttribute>()!.Version);

    [Fact]
    public void CurrentVersion_is_the_informational_version_without_a_commit() => Assert.Equal(
        VersionInfo.CurrentVersion,
        Contracts.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);
}
