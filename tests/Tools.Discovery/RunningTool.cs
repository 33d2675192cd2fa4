using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tool.Tests;

/// <summary>What a run of the tool has left.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;
}

/// <summary>The tool as a process of its own, with a stdout that is no terminal.</summary>
public sealed class RunningTool : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    // Where it was built, not the copy beside the tests: theirs leave out what ASP.NET Core brings, which the tool does without.
    private static readonly string Program = Repository.PathOf(
        "tools", "Discovery", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
        new DirectoryInfo(AppContext.BaseDirectory).Name,
        "discovery.dll");

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private RunningTool(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public static async Task<ToolResult> RunAsync(string[] arguments, params (string Name, string Value)[] variables)
    {
        using var process = Launch(arguments, variables);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var bound = new CancellationTokenSource(Bound);
        await process.WaitForExitAsync(bound.Token);
        return new ToolResult(process.ExitCode, await output, await error);
    }

    public static RunningTool Start(string[] arguments) => new(Launch(arguments, []));

    /// <summary>The next line of stdout.</summary>
    public async Task<string> NextLineAsync()
    {
        using var bound = new CancellationTokenSource(Bound);
        return await _lines.Reader.ReadAsync(bound.Token);
    }

    /// <summary>Reads on until a line that holds the text.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        while (true)
        {
            var line = await NextLineAsync();
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }
    }

    /// <summary>The most memory that it has had so far, in bytes.</summary>
    public async Task<long> PeakMemoryAsync()
    {
        _process.Refresh();
        // Linux tells the peak of another process here; .NET does not.
        var status = string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status");
        if (!File.Exists(status))
            return _process.WorkingSet64;
        var line = (await File.ReadAllLinesAsync(status)).Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(string? signal = "-TERM")
    {
        if (signal is not null)
        {
            using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        using var bound = new CancellationTokenSource(Bound);
        await _process.WaitForExitAsync(bound.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private static Process Launch(string[] arguments, (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("DISCOVERY_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private async Task ReadAsync()
    {
        _ = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Writer.TryWrite(line);
        _lines.Writer.Complete();
    }
}
