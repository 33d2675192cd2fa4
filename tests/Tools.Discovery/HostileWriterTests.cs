using System.Globalization;
using System.Text.Json;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tool.Tests;

/// <summary>
/// A hundred healthy keys beside many that somebody has written to do harm. <c>HOSTILE_WRITER=full</c> makes them 100,000 and 200 MB.
/// </summary>
public sealed class HostileWriterTests
{
    private const int MostMegabytes = 200;
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("HOSTILE_WRITER") == "full";
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(5);

    // Above the promise: for a machine that is busy.
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(IsFull ? 0 : 15);

    [Fact]
    [Trait("case", "security 3")]
    public async Task The_healthy_keys_are_listed_and_followed_within_seconds_and_in_little_memory()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        using var writer = new HostileWriter(etcd);
        await writer.PutAsync(Enumerable.Range(0, 100).Select(i => ($"/project/service/user/h{i:d3}", $"10.1.0.{i}:80")));
        await writer.WriteManyAsync("/project/service/user/", IsFull ? 100_000 : 5_000);
        await writer.WriteLargeAsync("/project/service/user/", IsFull ? 200 : 30);

        var started = TimeProvider.System.GetTimestamp();
        await using var tool = RunningTool.Start(["watch", "user", "--json", "--endpoints", etcd.Endpoint]);
        var first = JsonDocument.Parse(await tool.NextLineAsync()).RootElement;
        var firstAfter = TimeProvider.System.GetElapsedTime(started);
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => $"10.1.0.{i}:80").Order(StringComparer.Ordinal),
            first.GetProperty("endpoints").EnumerateArray().Select(e => e.GetProperty("address").GetString()));

        // While more comes, a healthy key is changed.
        var writing = writer.WriteLargeAsync("/project/service/user/more", IsFull ? 100 : 20);
        using var other = new HostileWriter(etcd);
        started = TimeProvider.System.GetTimestamp();
        await other.PutAsync([("/project/service/user/h000", "10.9.9.9:80")]);
        await tool.LineWithAsync("10.9.9.9:80");
        var changeAfter = TimeProvider.System.GetElapsedTime(started);
        await writing;

        var megabytes = await tool.PeakMemoryAsync() / (1024 * 1024);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"first list {firstAfter.TotalSeconds:F1} s, change {changeAfter.TotalSeconds:F1} s, memory {megabytes} MB"));
        Assert.InRange(megabytes, 1, MostMegabytes);
        Assert.InRange(firstAfter, TimeSpan.Zero, Promise + Allowance);
        Assert.InRange(changeAfter, TimeSpan.Zero, Promise + Allowance);
    }
}
