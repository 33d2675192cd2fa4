using System.Reflection;
using Grpc.Core;
using Interceptors.Testing;
using OpenTelemetry;

namespace Interceptors.Standins.Tests.Surface;

public sealed class SurfaceTest
{
    [Fact]
    public void The_gRPC_stand_ins_show_exactly_what_the_listing_says() =>
        AssertShows("grpc-core-api-surface.txt", typeof(StatusCode).Assembly, typeof(ConnectivityState).Assembly);

    [Fact]
    public void The_OpenTelemetry_stand_in_shows_exactly_what_the_listing_says() =>
        AssertShows("opentelemetry-extensions-hosting-surface.txt", typeof(OpenTelemetryBuilder).Assembly);

    [Fact]
    public void A_member_counts_once_for_every_type_that_declares_it()
    {
        var flat = SurfaceListing.Flatten(["# remark", "", "class A", "  void M()", "class B", "  void M()"]);

        Assert.Equal(["class A", "class A\n    void M()", "class B", "class B\n    void M()"], flat);
    }

    private static void AssertShows(string listing, params Assembly[] assemblies)
    {
        var expected = SurfaceListing.Flatten(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Surface", listing)));
        var actual = SurfaceListing.Flatten(assemblies.SelectMany(SurfaceListing.Of));
        var differences = expected.Except(actual).Select(line => "missing: " + line)
            .Concat(actual.Except(expected).Select(line => "extra:   " + line))
            .ToList();
        Assert.True(differences.Count == 0, $"Differences from {listing}:\n{string.Join('\n', differences)}");
    }
}
