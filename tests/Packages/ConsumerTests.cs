using System.Runtime.InteropServices;
using System.Text.Json;

namespace Interceptors.Packages.Tests;

/// <summary>The packages do in other projects what the README says.</summary>
public sealed class ConsumerTests(Workspace workspace)
{
    [Fact]
    public async Task Server_and_client_of_the_readme_talk_to_each_other()
    {
        var output = await Command.RunAsync(workspace.Folder, "dotnet", workspace.Built("Client"), $"--etcd={workspace.Etcd.Endpoint}");

        Assert.All(["Ada", "Grace", "Edsger"], name => Assert.Contains($"Hello, {name}!", output, StringComparison.Ordinal));
    }

    /// <remarks>The server and the gateway of the templates run; the gateway's answer is that of the server behind it.</remarks>
    [Theory]
    [InlineData("etcd:///hello")]
    [InlineData("etcd:///hello-gateway")]
    public async Task What_the_templates_make_talks_to_each_other(string target) => Assert.Contains("Hello, Ada!", await Command.RunAsync(
        workspace.Folder, "dotnet", workspace.Built("Hello.Client"), $"--etcd={workspace.Etcd.Endpoint}", $"--target={target}"),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_console_client_needs_the_base_runtime_only()
    {
        using var config = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.ChangeExtension(workspace.Built("Client"), ".runtimeconfig.json")));
        var options = config.RootElement.GetProperty("runtimeOptions");

        Assert.Equal("Microsoft.NETCore.App", options.GetProperty("framework").GetProperty("name").GetString());
        Assert.False(options.TryGetProperty("frameworks", out _));
    }

    /// <remarks>The runtime's own package is restored from the feeds that the machine is set up with.</remarks>
    [Fact]
    public async Task A_trimmed_client_that_brings_its_runtime_works_and_no_warning_is_of_the_packages()
    {
        var published = Path.Combine(workspace.Folder, "trimmed");

        var output = await Command.RunAsync(
            workspace.Folder, "dotnet", "publish", "Plain", "--self-contained", "--runtime", RuntimeInformation.RuntimeIdentifier,
            "--output", published, "--verbosity", "quiet", "-p:PublishTrimmed=true", "-p:TrimmerSingleWarn=false",
            "-p:TreatWarningsAsErrors=false");

        Assert.DoesNotContain(output.Split('\n'), line =>
            line.Contains("warning IL", StringComparison.Ordinal) && line.Contains("Interceptors.", StringComparison.Ordinal));
        Assert.Contains("Hello, Barbara!",
            await Command.RunAsync(
                published, Path.Combine(published, "Plain"), "--etcd", workspace.Etcd.Endpoint), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_installed_tool_lists_what_is_registered()
    {
        var path = Path.Combine(workspace.Folder, "tools");
        await Command.RunAsync(
            workspace.Folder, "dotnet", "tool", "install", "Interceptors.Discovery.Tool", "--version", Feed.Version, "--tool-path", path,
            "--source", workspace.Feed.Folder, "--no-cache");
        // The server is registered by the time it has answered.
        await Server_and_client_of_the_readme_talk_to_each_other();

        var output = await Command.RunAsync(path, Path.Combine(path, "discovery"), "list", "--endpoints", workspace.Etcd.Endpoint);

        Assert.Contains("greeter", output, StringComparison.Ordinal);
    }
}
