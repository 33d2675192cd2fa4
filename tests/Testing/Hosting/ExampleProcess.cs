using System.Diagnostics;
using System.Globalization;

namespace Interceptors.Testing;

/// <summary>A program of <c>examples</c> as a process of its own; the test project must build it.</summary>
public sealed class ExampleProcess : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _output = [];

    private ExampleProcess(Process process) => _process = process;

    /// <summary>What it has written, a line each.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_output)
                return [.. _output];
        }
    }

    /// <summary>Where it listens, in the order in which it says so.</summary>
    public IReadOnlyList<Uri> Addresses =>
        [.. Output.Select(line => line.Split("Now listening on: ")).Where(parts => parts.Length == 2).Select(parts => new Uri(parts[1]))];

    /// <summary>Starts one.</summary>
    /// <param name="name">The name of its folder and program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ExampleProcess Start(string name, params string[] arguments)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [$"{name}.dll", .. arguments])
            {
                // Where its appsettings.json is.
                WorkingDirectory = Repository.PathOf("examples", name, "bin", output.Parent!.Name, output.Name),
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        var example = new ExampleProcess(process);
        process.OutputDataReceived += (_, line) => example.Add(line.Data);
        process.ErrorDataReceived += (_, line) => example.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return example;
    }

    /// <summary>Waits for what it writes.</summary>
    public async Task UntilAsync(Func<ExampleProcess, bool> condition, string expectation)
    {
        await Eventually.True(() => condition(this) || _process.HasExited, expectation, Bound);
        if (!condition(this))
            throw new InvalidOperationException($"The program ended before {expectation}:\n{string.Join('\n', Output)}");
    }

    /// <summary>Asks it to end as an orchestrator does (SIGTERM), and gives its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        lock (_output)
            _output.Add(line ?? "");
    }
}
