using Google.Protobuf;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class CustomFormatTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    [Fact]
    [Trait("case", "discovery 18")]
    public async Task A_format_of_the_users_own_is_written_and_read()
    {
        var options = shared.Etcd.Options();
        options.CustomFormat = new Reversed(options.Prefix);
        await using var registry = new EtcdServiceRegistry(options);
        await using var source = new EtcdEndpointSource(options);
        await using var watching = new Watching(source, "user");
        await using var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80), "1"));
        await watching.UntilFreshAsync("10.0.0.1:80");

        Assert.Equal($"{options.Prefix}of-user/1\n08:1.0.0.01", await shared.Etcd.CtlAsync("get", "--prefix", options.Prefix));
    }

    [Fact]
    [Trait("case", "discovery 18")]
    public async Task The_format_of_the_example_carries_metadata_there_and_back_and_says_what_it_cannot_read()
    {
        using var logs = new LogCapture();
        var root = $"{Guid.NewGuid():n}/";
        var options = shared.Etcd.Options(o => o.CustomFormat = new OwnFormat.SemicolonFormat(root));
        await using var registry = new EtcdServiceRegistry(options);
        await using var source = new EtcdEndpointSource(options, logs.Factory());
        await using var watching = new Watching(source, "user");
        var metadata = new Dictionary<string, string> { ["weight"] = "7", ["zone"] = "north" };
        await using var registration = registry.Register(new ServiceInstance("user", new("10.0.0.1", 80, metadata), "1"));
        await registration.WaitForAsync(RegistrationState.Registered).WaitAsync(Watching.Bound);
        await shared.Etcd.CtlAsync("put", $"{root}user/2", "10.0.0.2:80;zone");
        await shared.Etcd.CtlAsync("put", $"{root}user/3", "10.0.0.3:80");

        var seen = await watching.UntilFreshAsync("10.0.0.1:80", "10.0.0.3:80");
        Assert.Equal((7, "north"), (seen.Endpoints[0].Weight, seen.Endpoints[0].Zone));
        Assert.Equal("10.0.0.1:80;weight=7;zone=north", await shared.Etcd.CtlAsync("get", "--print-value-only", $"{root}user/1"));
        Assert.Contains("not key=value", Assert.Single(logs.Named("ValueSkipped")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_at_which_it_throws_is_skipped_and_the_others_count()
    {
        using var logs = new LogCapture();
        var options = shared.Etcd.Options();
        options.Services["user"] = new() { CustomFormat = new Reversed(options.Prefix) };
        await shared.Etcd.CtlAsync("put", $"{options.Prefix}of-user/1", "secret!");
        await shared.Etcd.CtlAsync("put", $"{options.Prefix}of-user/2", "08:2.0.0.01");
        await using var source = new EtcdEndpointSource(options, logs.Factory());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.0.0.2:80");

        var skipped = Assert.Single(logs.Named("ValueSkipped"));
        Assert.Contains("FormatException", skipped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", skipped.Message, StringComparison.Ordinal);
    }

    private sealed class Reversed(string prefix) : IEndpointFormat
    {
        public string PrefixOf(string service) => $"{prefix}of-{service}/";

        public bool IsInstanceKey(string service, string key) => true;

        public string KeyOf(ServiceInstance instance) => PrefixOf(instance.Service) + instance.Id;

        public ByteString Write(ServiceInstance instance) => ByteString.CopyFromUtf8(Reverse(instance.Endpoint.Address));

        public EndpointReading Read(string service, ByteString value) => new([DiscoveryEndpoint.Parse(Reverse(value.ToStringUtf8()))]);

        private static string Reverse(string text) => new([.. text.Reverse()]);
    }
}
