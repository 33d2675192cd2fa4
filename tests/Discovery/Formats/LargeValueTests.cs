using System.Globalization;
using Google.Protobuf;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>Values that somebody has made large on purpose, beside a healthy one.</summary>
public sealed class LargeValueTests(SharedEtcd shared) : IClassFixture<SharedEtcd>
{
    private const int MostMemory = 64 * 1024 * 1024;

    [Fact]
    [Trait("case", "security 2")]
    public async Task A_value_of_thousands_of_endpoints_with_thousands_of_metadata_costs_no_memory_and_no_other_value()
    {
        var metadata = string.Join(',', Enumerable.Range(0, 7_000).Select(i => $"\"k{i}\":\"\""));
        var endpoints = string.Join(',', Enumerable.Range(1, 7_500).Select(i => $"\"grpc://10.0.{i / 250}.{i % 250}:1\""));
        var value = $$"""{"name":"user","metadata":{{{metadata}}},"endpoints":[{{endpoints}}]}""";
        Assert.InRange(value.Length, 200_000, ServiceFormats.MaxValueSize);

        await AssertSkippedAsync([value], "more than 128 entries of metadata");
    }

    [Theory]
    [Trait("case", "security 2")]
    [InlineData("""{"name":"user","endpoints":[*]}""", "\"grpc://10.0.#:1\"")]
    [InlineData("""{"name":"user","nodes":[*]}""", "{\"address\":\"10.0.#:1\"}")]
    public void A_value_of_too_many_endpoints_is_rejected_as_a_whole(string frame, string item)
    {
        var items = Enumerable.Range(0, 8_000).Select(i =>
            item.Replace("#", string.Create(CultureInfo.InvariantCulture, $"{i / 250}.{i % 250}"), StringComparison.Ordinal));
        var value = frame.Replace("*", string.Join(',', items), StringComparison.Ordinal);

        Assert.Equal("!it has more than 256 endpoints", new DetectedFormat("/x/").Read(value));
    }

    [Fact]
    [Trait("case", "security 3")]
    public async Task A_hundred_megabytes_of_junk_are_listed_in_pages_that_shrink_and_none_of_it_is_kept()
    {
        var junk = new string('x', 1_400_000);

        await AssertSkippedAsync([.. Enumerable.Repeat(junk, 80)], "at most 262144 are read");
    }

    [Fact]
    [Trait("case", "security 3")]
    public async Task Thousands_of_values_that_cannot_be_read_do_not_fill_the_log()
    {
        using var logs = new LogCapture();
        var options = shared.Etcd.Options();
        using var client = new EtcdClient(options);
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), async (i, cancellationToken) => await client.PutAsync(
            string.Create(
                CultureInfo.InvariantCulture, $"{options.Prefix}user/a{i:d4}"), ByteString.CopyFromUtf8("junk"), 0, cancellationToken));
        await using var source = new EtcdEndpointSource(options, logs.Factory());
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync();

        Assert.Equal(ServiceKeys.MostReported, logs.Named("ValueSkipped").Count);
        Assert.Single(logs.Named("MoreValuesSkipped"));
    }

    private async Task AssertSkippedAsync(IReadOnlyList<string> values, string reason)
    {
        using var logs = new LogCapture();
        var options = shared.Etcd.Options();
        using var client = new EtcdClient(options);
        for (var i = 0; i < values.Count; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{options.Prefix}user/a{i:d4}");
            await client.PutAsync(key, ByteString.CopyFromUtf8(values[i]), lease: 0, CancellationToken.None);
        }

        await client.PutAsync($"{options.Prefix}user/healthy", ByteString.CopyFromUtf8("10.9.9.9:80"), lease: 0, CancellationToken.None);
        await using var source = new EtcdEndpointSource(options, logs.Factory());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var watching = new Watching(source, "user");
        await watching.UntilFreshAsync("10.9.9.9:80");

        Assert.Equal(values.Count, logs.Named("ValueSkipped").Count(line => line.Message.Contains(reason, StringComparison.Ordinal)));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostMemory);
        await foreach (var page in client.ReadPagesAsync($"{options.Prefix}user/", CancellationToken.None))
            Assert.InRange(page.CalculateSize(), 0, 8 * 1024 * 1024);
    }
}
