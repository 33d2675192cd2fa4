namespace Interceptors.Discovery.Tests;

public sealed class CachePathTests
{
    [Theory]
    [InlineData("user")]
    [InlineData("team/user")]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData("con")]
    [InlineData("a:b*c?d\"e<f>g|h\0i\\j")]
    [InlineData("Bücher")]
    public void A_file_is_in_the_directory_whatever_the_service_is_called(string service)
    {
        var file = CachePath.Of("/var/lib/x", "etcd://", service);

        Assert.Equal("/var/lib/x", Path.GetDirectoryName(Path.GetFullPath(file)));
        Assert.Matches("^endpoints-[A-Za-z0-9_-]*-[0-9a-f]{24}\\.json$", Path.GetFileName(file));
    }

    [Fact]
    public void A_long_name_makes_a_short_file_name() =>
        Assert.InRange(Path.GetFileName(CachePath.Of("/x", "etcd://", new string('a', 10_000))).Length, 1, 120);

    [Theory]
    [InlineData("etcd://", "user", "etcd://other", "user")]
    [InlineData("etcd://", "user", "etcd://", "User")]
    [InlineData("etcd://", "a/b", "etcd://", "a_b")]
    public void Services_and_clusters_that_differ_have_files_that_differ_in_more_than_letter_case(
        string cluster, string service, string otherCluster, string otherService) =>
        Assert.NotEqual(
            CachePath.Of("/x", cluster, service), CachePath.Of("/x", otherCluster, otherService), StringComparer.OrdinalIgnoreCase);
}
