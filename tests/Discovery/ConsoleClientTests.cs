using System.Text.Json;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>A client that is a console program runs where .NET is installed without ASP.NET Core.</summary>
public sealed class ConsoleClientTests
{
    [Theory]
    [InlineData("Greeter.Client")]
    [InlineData("Greeter.Client.Plain")]
    public void A_console_client_needs_the_base_runtime_only(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Repository.PathOf("examples", project, "bin", output.Parent!.Name, output.Name, $"{project}.runtimeconfig.json");
        using var config = JsonDocument.Parse(File.ReadAllText(path));
        var options = config.RootElement.GetProperty("runtimeOptions");

        Assert.Equal("Microsoft.NETCore.App", options.GetProperty("framework").GetProperty("name").GetString());
        Assert.False(options.TryGetProperty("frameworks", out _));
    }
}
