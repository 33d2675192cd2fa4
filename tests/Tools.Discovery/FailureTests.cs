using Interceptors.Testing;

namespace Interceptors.Discovery.Tool.Tests;

public sealed class FailureTests
{
    [Theory]
    [InlineData("command was not provided")]
    [InlineData("'lst'", "lst")]
    [InlineData("'--no-such'", "list", "--no-such")]
    [InlineData("'--endpoint'", "resolve", "--endpoint", "http://127.0.0.1:1", "etcd:///user")]
    [InlineData("'EXTRA'", "list", "user", "EXTRA")]
    [InlineData("'Nonsense'", "list", "--format", "Nonsense")]
    [InlineData("--endpoints holds 'nonsense'", "list", "--endpoints", "nonsense")]
    [InlineData("--prefix is '/x'", "list", "--prefix", "/x")]
    [InlineData("--ca is '/no/such'", "list", "--endpoints", "https://127.0.0.1:1", "--ca", "/no/such")]
    [InlineData("--password-file is '/no/such'", "list", "--user", "bob", "--password-file", "/no/such")]
    [InlineData("belong together", "list", "--user", "bob")]
    [InlineData("'a b' is not a service name", "list", "a b")]
    [InlineData("has no prefix", "list", "--format", "GoZero")]
    [InlineData("'a//b' is not a service name", "watch", "a//b")]
    [InlineData("Required argument 'SERVICE' missing", "watch")]
    [InlineData("it has no port", "register", "user", "10.0.0.1")]
    [InlineData("every address of this machine", "register", "user", "0.0.0.0:80")]
    [InlineData("'a/b' is not an instance id", "register", "user", "10.0.0.1:80", "--id", "a/b")]
    [InlineData("--metadata is 'zone'", "register", "user", "10.0.0.1:80", "--metadata", "zone")]
    [InlineData("--ttl is 00:00:01", "register", "user", "10.0.0.1:80", "--ttl", "1")]
    [InlineData("'soon'", "register", "user", "10.0.0.1:80", "--ttl", "soon")]
    [InlineData("no process with this id", "register", "user", "10.0.0.1:80", "--pid", "999999999")]
    [InlineData("'a/b' is not an instance id", "deregister", "user", "a/b")]
    [InlineData("'a/b' is not an instance id", "pause", "user", "a/b")]
    [InlineData("nothing to update", "update", "user", "1")]
    [InlineData("A weight is 1 or more", "update", "user", "1", "--weight", "0")]
    [InlineData("three slashes", "resolve", "etcd:/user")]
    [InlineData("only within the process", "resolve", "memory:///user")]
    [InlineData("that cluster's --endpoints", "resolve", "etcd://other/user")]
    public async Task Wrong_usage_is_exit_code_2_and_a_line_that_names_the_mistake(string expected, params string[] arguments)
    {
        var result = await RunningTool.RunAsync(arguments);

        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Usage, ""), (result.ExitCode, result.Output));
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
    }

    [Theory]
    [Trait("case", "discovery 22")]
    [InlineData("Did you mean 'list'?", "lst")]
    [InlineData("Did you mean 'deregister'?", "deregist", "user", "1")]
    [InlineData("Did you mean '--endpoints'?", "list", "--endpoint", "http://127.0.0.1:1")]
    public async Task A_near_miss_is_suggested_in_the_same_line(string expected, params string[] arguments)
    {
        var result = await RunningTool.RunAsync(arguments);

        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Usage, 1), (result.ExitCode, result.Error.Count(c => c == '\n')));
    }

    [Fact]
    [Trait("case", "discovery 22")]
    public async Task What_etcd_refuses_ends_register_and_watch_with_4_and_one_line()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await etcd.EnableAuthAsync("bob", "bobs-password", "/project/service/");
        string[] bob = ["--endpoints", etcd.Endpoint, "--user", "bob"];
        foreach (var arguments in new string[][]
        {
            ["register", "user", "127.0.0.1:9403", "--prefix", "/elsewhere/", .. bob],
            ["watch", "user", "--prefix", "/elsewhere/", .. bob],
        })
        {
            var refused = await RunningTool.RunAsync(arguments, ("DISCOVERY_PASSWORD", "bobs-password"));
            AssertRefused(refused);
        }

        AssertRefused(await RunningTool.RunAsync(["watch", "user", .. bob], ("DISCOVERY_PASSWORD", "wrong")));
        AssertRefused(await RunningTool.RunAsync(["register", "user", "127.0.0.1:9403", .. bob], ("DISCOVERY_PASSWORD", "wrong")));

        static void AssertRefused(ToolResult result)
        {
            Assert.Equal((ExitCode.Refused, 1), (result.ExitCode, result.Error.Count(c => c == '\n')));
            Assert.StartsWith("discovery: etcd ", result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("list")]
    [InlineData("resolve", "etcd:///user")]
    [InlineData("deregister", "user", "1")]
    [InlineData("pause", "user", "1")]
    public async Task An_etcd_that_cannot_be_reached_is_exit_code_3_and_one_line(params string[] arguments)
    {
        var result = await RunningTool.RunAsync([.. arguments, "--endpoints", "http://127.0.0.1:1"]);

        Assert.Equal((ExitCode.Unreachable, ""), (result.ExitCode, result.Output));
        Assert.Matches("^discovery: etcd .* at http://127.0.0.1:1 failed: Unavailable: .*\n$", result.Error);
    }

    [Fact]
    public async Task A_user_is_let_in_with_a_password_from_a_file_or_a_variable_and_refused_with_a_wrong_one()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await etcd.CtlAsync("put", "/project/service/user/1", "127.0.0.1:9401");
        await etcd.EnableAuthAsync("bob", "bobs-password", "/project/service/");
        var file = Path.Combine(Directory.CreateTempSubdirectory("discovery-tool-").FullName, "password");
        await File.WriteAllTextAsync(file, "bobs-password\n");
        string[] list = ["list", "--endpoints", etcd.Endpoint];

        var byFile = await RunningTool.RunAsync([.. list, "--user", "bob", "--password-file", file]);
        var byVariable = await RunningTool.RunAsync(["list"],
            ("DISCOVERY_ENDPOINTS", etcd.Endpoint), ("DISCOVERY_USER", "bob"), ("DISCOVERY_PASSWORD", "bobs-password"));
        var wrong = await RunningTool.RunAsync([.. list, "--user", "bob"], ("DISCOVERY_PASSWORD", "a-wrong-one"));
        var elsewhere = await RunningTool.RunAsync([.. list, "--user", "bob", "--password-file", file, "--prefix", "/elsewhere/"]);

        Assert.Equal(ExitCode.Ok, byFile.ExitCode);
        Assert.Equal(byFile.Output, byVariable.Output);
        Assert.Equal(ExitCode.Refused, wrong.ExitCode);
        Assert.DoesNotContain("a-wrong-one", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, elsewhere.ExitCode);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Etcd_is_reached_by_mutual_TLS()
    {
        using var certificates = new EtcdCertificates();
        await using var etcd = EtcdProcess.CreateSecure(certificates, mutual: true);
        await etcd.StartAsync();
        await etcd.CtlAsync("put", "/project/service/user/1", "127.0.0.1:9402");

        var result = await RunningTool.RunAsync(["list", "--endpoints", etcd.Endpoint, "--ca", certificates.CaFile,
            "--cert", certificates.ClientCertificateFile, "--key", certificates.ClientKeyFile]);

        Assert.Contains("127.0.0.1:9402", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--password-file")]
    [InlineData("[<SERVICE>]", "list")]
    [InlineData("<SERVICE>", "watch")]
    [InlineData("--pid", "register")]
    [InlineData("<ID>", "deregister")]
    [InlineData("<ID>", "pause")]
    [InlineData("<ID>", "resume")]
    [InlineData("--weight", "update")]
    [InlineData("<TARGET>", "resolve")]
    public async Task Help_explains_every_command(string expected, params string[] command)
    {
        var result = await RunningTool.RunAsync([.. command, "--help"]);

        Assert.Equal((ExitCode.Ok, ""), (result.ExitCode, result.Error));
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--password ", result.Output, StringComparison.Ordinal);
    }
}
