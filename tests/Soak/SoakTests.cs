using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Interceptors.Soak.Tests;

public sealed partial class SoakTests
{
    [Fact]
    public async Task Restarts_crashes_and_outages_fail_no_call_but_those_on_a_killed_server()
    {
        var (exitCode, output) = await SoakProcess.RunAsync("--seconds", "55");

        Assert.True(exitCode == 0, output);
        Assert.Contains("  unexplained        0", output, StringComparison.Ordinal);
        Assert.Contains("final list           right", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_soak_that_is_interrupted_leaves_no_process_behind()
    {
        using var soak = SoakProcess.Start("--seconds", "60");
        string? line;
        while ((line = await soak.StandardOutput.ReadLineAsync()) is not null && !line.Contains("processes ", StringComparison.Ordinal))
        {
            // Not up yet.
        }

        var started = Number().Matches(line!).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        using (var kill = Process.Start("kill", ["-TERM", soak.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await soak.StandardOutput.ReadToEndAsync();
        await soak.WaitForExitAsync();

        Assert.Equal(143, soak.ExitCode);
        // Three members of etcd and five servers.
        Assert.Equal(8, started.Count);
        Assert.DoesNotContain(started, IsRunning);
    }

    [Theory]
    [InlineData("say how long")]
    [InlineData("at least 30", "--seconds", "29")]
    [InlineData("needs a whole number", "--minutes")]
    [InlineData("needs a whole number", "--minutes", "soon")]
    [InlineData("unknown argument '--hours'", "--hours", "1")]
    [InlineData("give 1 to 256", "--minutes", "1", "--workers", "0")]
    public async Task Wrong_usage_is_exit_code_2_and_says_what_is_wrong(string expected, params string[] arguments)
    {
        var (exitCode, output) = await SoakProcess.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Contains("Usage: ./soak", output, StringComparison.Ordinal);
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"(\d+) \(")]
    private static partial Regex Number();
}
