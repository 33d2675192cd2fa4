using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Interceptors.Testing;

namespace Interceptors.Integration.Tests;

/// <summary>
/// A bash in the root of the repository. <c>dotnet run --project FOLDER</c> runs what has been built already, and <c>discovery</c> is the
/// command line tool. Nothing that it starts is left behind.
/// </summary>
internal sealed partial class Terminal : IAsyncDisposable
{
    /// <summary>Only a failing test reaches it.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _programs = Directory.CreateTempSubdirectory("interceptors-terminal-");
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private Terminal(string etcd, string script)
    {
        Write("dotnet", $$"""
            PATH='{{Environment.GetEnvironmentVariable("PATH")}}'
            if [ "$1" = run ] && [ "$2" = --project ]; then
              cd "$3" || exit
              shift 3
              [ "$1" != -- ] || shift
              program=$(ls bin/{{Configuration}}/net10.0/*.runtimeconfig.json) || exit
              exec dotnet "${program%.runtimeconfig.json}.dll" "$@"
            fi
            exec dotnet "$@"
            """);
        Write("discovery", """
            exec dotnet run --project tools/Discovery -- "$@"
            """);
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in (string[])["ETCD", "ETCDCTL_ENDPOINTS", "DISCOVERY_ENDPOINTS", "Etcd__Endpoints__0"])
            start.Environment[name] = etcd;
        start.Environment["ETCDCTL_API"] = "3";
        start.Environment["PATH"] = $"{_programs.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        // A busy machine may take minutes to start what a person waits seconds for.
        start.Environment["WAIT"] = "600";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
    }

    /// <summary>What has been written so far, to either of the two.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>The exit code of the script; null while it runs.</summary>
    public string? ExitCode => End().Match(Output) is { Success: true } match ? match.Groups["code"].Value : null;

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <param name="etcd">The etcd of the commands.</param>
    /// <param name="script">The commands. The first that fails ends them if <paramref name="stopsAtFailure"/>.</param>
    /// <param name="stopsAtFailure">Whether a command that fails ends the script.</param>
    public static Terminal Start(string etcd, string script, bool stopsAtFailure)
    {
        // The shell stays until what runs in the background has ended, so that it can be killed together with it.
        var terminal = new Terminal(
            etcd, $"trap 'echo \"the script ended with $?\"; wait' EXIT\n{(stopsAtFailure ? "set -e\n" : "")}{script}");
        terminal._process.Start();
        terminal._process.BeginOutputReadLine();
        terminal._process.BeginErrorReadLine();
        return terminal;
    }

    /// <summary>Waits until the output has all of what is expected, or the script has ended.</summary>
    public async Task UntilAsync(IReadOnlyList<Regex> expected) => await Eventually.True(
        () => ExitCode is not null || (expected.Count > 0 && expected.All(line => line.IsMatch(Output))),
        "the commands do their work",
        Bound);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _programs.Delete(recursive: true);
    }

    private void Write(string program, string script)
    {
        var path = Path.Combine(_programs.FullName, program);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }

    [GeneratedRegex(@"^the script ended with (?<code>\d+)", RegexOptions.Multiline)]
    private static partial Regex End();
}
