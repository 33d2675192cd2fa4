namespace Interceptors.Discovery.Tests;

public sealed class ServiceConfigOptionsTests
{
    [Fact]
    public void The_defaults_say_nothing_and_are_right()
    {
        var options = new ServiceConfigOptions();

        Assert.False(options.IsSet);
        Assert.Empty(options.Problems());
    }

    public static TheoryData<ServiceConfigOptions, string> Wrong => new()
    {
        { new() { File = "f", EtcdKey = "/k" }, "File and EtcdKey are both set. Set one of them." },
        { new() { File = "f", Json = "{}" }, "File and Json are both set. Set one of them." },
        { new() { File = " " }, "File is no path. Give one such as /etc/my-service/service-config.json, or null." },
        { new() { FilePollInterval = TimeSpan.Zero }, "FilePollInterval is 00:00:00. Give 10 ms to 1 hour." },
        { new() { EtcdKey = "" }, "EtcdKey is empty. Give a key such as /project/config/user, or null." },
        { new() { EtcdCluster = null! }, "EtcdCluster is null. Give the name of a cluster, or an empty one." },
        { new() { WaitForEtcd = true }, "WaitForEtcd is set, but EtcdKey is not. Set it, or don't wait." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_said(ServiceConfigOptions options, string problem) =>
        Assert.Equal(problem, Assert.Single(options.Problems()));

    [Fact]
    public void Copies_mean_the_same_until_one_is_changed()
    {
        var options = new ServiceConfigOptions { EtcdKey = "/k", Json = "{}" };
        var copy = options.Copy();
        Assert.Equal(options.Values(), copy.Values());
        copy.Json = "{ }";

        Assert.NotEqual(options.Values(), copy.Values());
    }
}
