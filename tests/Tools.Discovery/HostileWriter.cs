using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tool.Tests;

/// <summary>Somebody who may write under the prefix of a service and means no good, by etcd's JSON interface.</summary>
internal sealed class HostileWriter(EtcdProcess etcd) : IDisposable
{
    // etcd takes at most 128 operations at once.
    private const int AtOnce = 100;

    private readonly HttpClient _http = new() { BaseAddress = new Uri(etcd.Endpoint), Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>Many keys with small values: nonsense, half JSON, JSON that nests deeply, JSON of no format.</summary>
    public async Task WriteManyAsync(string prefix, int count)
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":[", 500));
        string[] junk = ["\0\u0001\u001b[2J", "{\"Addr\":", deep, "{\"a\":1}", "10.0.0.1:99999", "[1,2,3]", "\ufeff", "{\"Addr\":{}}"];
        for (var from = 0; from < count; from += AtOnce)
        {
            await PutAsync(Enumerable.Range(from, Math.Min(AtOnce, count - from)).Select(i =>
                (string.Create(CultureInfo.InvariantCulture, $"{prefix}a{i:d6}"), junk[i % junk.Length])));
        }
    }

    /// <summary>Values of a megabyte.</summary>
    public async Task WriteLargeAsync(string prefix, int count)
    {
        var junk = new string('{', 1_000_000);
        for (var i = 0; i < count; i++)
            await PutAsync([(string.Create(CultureInfo.InvariantCulture, $"{prefix}b{i:d6}"), junk)]);
    }

    public async Task PutAsync(IEnumerable<(string Key, string Value)> pairs)
    {
        var puts = pairs.Select(pair => new { requestPut = new { key = Base64(pair.Key), value = Base64(pair.Value) } });
        using var response = await _http.PostAsJsonAsync("v3/kv/txn", new { success = puts });
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
