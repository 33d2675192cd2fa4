namespace Interceptors.Discovery.Tool.Tests;

/// <summary>What somebody else has written into etcd, on the terminal of the person on call.</summary>
public sealed class ForgedTextTests(SharedEtcd shared)
{
    private const string Forged = "\u001b]0;owned\u0007\u009b2J\u202e\u2066\u200b\u2028gone";

    [Fact]
    [Trait("case", "security 7")]
    public async Task No_command_writes_control_characters_or_marks_that_reorder_text()
    {
        await shared.Etcd.CtlAsync("put", $"/forged/user/{Forged}", "127.0.0.1");
        await shared.Etcd.CtlAsync("put", "/forged/user/2", $$"""{"Addr":"127.0.0.1:9501","Metadata":{"zone":"{{Forged[10..]}}" } }""");
        string[] prefix = ["--prefix", "/forged/"];

        var results = new[]
        {
            await shared.RunAsync(["list", "user", .. prefix]),
            await shared.RunAsync(["list", "user", "--json", .. prefix]),
            await shared.RunAsync(["resolve", "etcd:///user", .. prefix]),
            await shared.RunAsync(["resolve", "etcd:///user", "--json", .. prefix]),
            await shared.RunAsync(["deregister", "nobody", Forged, .. prefix]),
            await shared.RunAsync(["pause", "nobody", Forged, .. prefix]),
            await shared.RunAsync(["update", "nobody", Forged, "--weight", "1", .. prefix]),
            await shared.RunAsync(["list", Forged, .. prefix]),
            await shared.RunAsync([Forged]),
            await shared.RunAsync(["resolve", Forged]),
            await shared.RunAsync(["register", "user", Forged]),
        };

        Assert.All(results, result => Assert.DoesNotMatch(@"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}-[\n]]", result.Output + result.Error));
        Assert.Contains("gone", results[0].Output, StringComparison.Ordinal);
        var zone = results[3].Json.GetProperty("endpoints")[0].GetProperty("metadata").GetProperty("zone").GetString();
        Assert.Equal(Forged[10..], zone);
        await shared.Etcd.CtlAsync("del", "--prefix", "/forged/");
    }
}
