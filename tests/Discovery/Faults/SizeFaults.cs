using System.Globalization;
using Google.Protobuf;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>A list of ten thousand keys.</summary>
public sealed class SizeFaults
{
    private const int Keys = 10_000;
    private const int Removed = 3_000;

    [Fact]
    public async Task Ten_thousand_keys_are_listed_while_they_are_being_written()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = etcd.Options(o => o.ReconcileInterval = TimeSpan.FromSeconds(1));
        await using var running = await Running.StartAsync(options, etcd);
        using var client = new EtcdClient(options);
        await WriteAsync(client, options.Prefix, i => Address(i, 1), Enumerable.Range(0, Keys));

        // Listed in pages, at the start and by reconciling, while a third is removed and another changed.
        var writing = Task.WhenAll(
            RemoveAsync(etcd, options.Prefix),
            WriteAsync(client, options.Prefix, i => Address(i, 2), Enumerable.Range(Removed, Keys - Removed).Where(i => i % 3 == 1)));
        await using var watching = new Watching(running.Source, "large");
        await watching.UntilAsync(s => !s.IsStale);
        await writing;

        var expected = Enumerable.Range(Removed, Keys - Removed).Select(i => Address(i, i % 3 == 1 ? 2 : 1));
        await watching.UntilFreshAsync([.. expected.Order(StringComparer.Ordinal)]);
        await running.UntilCalledAsync(0, 1);
    }

    private static string Address(int key, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"10.{key / 10000}.{key / 100 % 100}.{key % 100}:{port}");

    private static Task WriteAsync(EtcdClient client, string prefix, Func<int, string> address, IEnumerable<int> keys) =>
        Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, cancellationToken) =>
            await client.PutAsync($"{prefix}large/{i:d5}", ByteString.CopyFromUtf8(address(i)), lease: 0, cancellationToken));

    private static Task<string> RemoveAsync(EtcdProcess etcd, string prefix) =>
        etcd.CtlAsync("del", $"{prefix}large/00000", $"{prefix}large/{Removed:d5}");
}
