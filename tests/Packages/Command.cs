using System.Diagnostics;

namespace Interceptors.Packages.Tests;

/// <summary>A command as somebody types it, run to its end.</summary>
internal static class Command
{
    /// <summary>Only a failing test reaches it: a machine may have other things to do.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(10);

    /// <summary>Runs one, which must succeed, and gives what it has written.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">It failed; what it has written is in the message.</exception>
    public static async Task<string> RunAsync(string folder, string program, params IEnumerable<string> arguments)
    {
        using var process = Start(folder, program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var bound = new CancellationTokenSource(Bound);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
        var written = await output + await error;
        return process.ExitCode == 0
            ? written
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{written}");
    }

    public static Process Start(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        // No build server is left behind.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        // A busy machine may take minutes to start what a person waits seconds for.
        start.Environment["WAIT"] = "600";
        return Process.Start(start)!;
    }
}
