using System.Text.RegularExpressions;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>The README's commands do what it says when they are pasted into a shell, from a fresh copy on and in either order.</summary>
public sealed partial class ReadmeCommandsTests(ReadmeCommandsTests.BuiltCopy copy) : IClassFixture<ReadmeCommandsTests.BuiltCopy>
{
    private static readonly string[] Greetings = ["Hello, Ada!", "Hello, Grace!", "Hello, Edsger!"];

    private static string[] Commands =>
        Block().Match(File.ReadAllText(Repository.PathOf("README.md"))).Groups["commands"].Value.Split('\n');

    private static string Build => Commands[0];

    private static string Server =>
        Commands[1..].Single(line => line.Contains("Greeter.Server", StringComparison.Ordinal)).TrimEnd(' ', '&');

    private static string Client => Commands[1..].Single(line => line.EndsWith("Greeter.Client", StringComparison.Ordinal));

    [Fact]
    public async Task They_work_as_they_are_written()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        string[] script = [Build + " || exit 9", .. Commands[1..], "wait"];
        await using var shell = Shell.Start(copy.Folder, etcd.Endpoint, string.Join('\n', script));

        var (exitCode, output, error) = await shell.EndAsync();

        Assert.True(exitCode != 9, output + error);
        Assert.All(Greetings, greeting => Assert.True(output.Contains(greeting, StringComparison.Ordinal), output + error));
        // The last command stops the server, which deregisters.
        Assert.Equal("", await etcd.CtlAsync("get", "--prefix", "--keys-only", "/"));
    }

    [Fact]
    public async Task The_client_may_be_started_before_the_server()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        await using var client = Shell.Start(copy.Folder, etcd.Endpoint, Client);
        var clientEnd = client.EndAsync();
        while (!clientEnd.IsCompleted && !Watched().IsMatch(await etcd.MetricsAsync()))
            await Task.WhenAny(clientEnd, Task.Delay(100));

        await using var server = Shell.Start(copy.Folder, etcd.Endpoint, Server);
        var (exitCode, output, error) = await clientEnd;

        Assert.True(exitCode == 0, output + error);
        Assert.All(Greetings, greeting => Assert.Contains(greeting, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_nobody_answers_says_so_and_fails(bool isEtcdThere)
    {
        await using var etcd = EtcdProcess.Create();
        if (isEtcdThere)
            await etcd.StartAsync();
        await using var client = Shell.Start(copy.Folder, etcd.Endpoint, $"{Client} --wait 1");

        var (exitCode, output, error) = await client.EndAsync();

        Assert.True(exitCode == 1, output + error);
        Assert.Contains("No greeter answered (", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }

    /// <summary>A fresh copy after the first of the commands, which builds it.</summary>
    public sealed class BuiltCopy : IAsyncLifetime
    {
        private readonly FreshCopy _copy = new();

        public string Folder => _copy.Folder;

        public async ValueTask InitializeAsync()
        {
            await using var shell = Shell.Start(Folder, etcd: "", Build);
            var (exitCode, output, error) = await shell.EndAsync();
            Assert.True(exitCode == 0, output + error);
        }

        public ValueTask DisposeAsync()
        {
            _copy.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    [GeneratedRegex(@"```sh\n(?<commands>[^`]*--project examples/Greeter\.Server[^`]*)\n```")]
    private static partial Regex Block();

    [GeneratedRegex(@"^etcd_debugging_mvcc_watcher_total [1-9]", RegexOptions.Multiline)]
    private static partial Regex Watched();
}
