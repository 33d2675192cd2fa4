using System.Reflection;
using Grpc.Core;
using OpenTelemetry;

namespace Interceptors.Standins.Tests;

/// <summary>What lets the official binaries load a stand-in, and what tells it from the official assembly.</summary>
public sealed class IdentityTest
{
    public static TheoryData<Type> GrpcContracts { get; } = [typeof(StatusCode), typeof(ConnectivityState)];

    public static TheoryData<Type> StandIns { get; } =
        [typeof(StatusCode), typeof(ConnectivityState), typeof(OpenTelemetryBuilder)];

    [Theory]
    [MemberData(nameof(GrpcContracts))]
    public void The_gRPC_stand_ins_have_the_strong_name_of_the_official_assemblies(Type contract)
    {
        var name = contract.Assembly.GetName();

        Assert.Equal(new Version(2, 0, 0, 0), name.Version);
        Assert.Equal("d754f35622e28bad", Convert.ToHexStringLower(name.GetPublicKeyToken()!));
    }

    [Theory]
    [MemberData(nameof(StandIns))]
    public void Every_stand_in_says_that_it_is_one(Type contract) => Assert.Contains(
        contract.Assembly.GetCustomAttributes<AssemblyMetadataAttribute>(),
        metadata => metadata is { Key: "StandIn", Value: "true" });
}
