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
