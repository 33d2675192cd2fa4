using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Interceptors.Testing;

namespace Interceptors.Soak.Servers;

/// <summary>A server as a process of its own, that comes back under the same name and address.</summary>
internal sealed class ServerProcess(string name, IEnumerable<string> etcd) : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _said = new();
    private Process? _process;

    public string Name => name;

    public int Port { get; } = LoopbackPorts.Next();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public int? ProcessId => _process?.Id;

    /// <summary>Starts it and waits until it is registered.</summary>
    /// <exception cref="SoakException">It did not come up.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. OwnAssembly(), .. TargetServer.Arguments(etcd, name, Port)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        _process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bound.CancelAfter(Bound);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(bound.Token) is { } line)
            {
                if (line == TargetServer.Ready)
                    return;
                Keep(line);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Told below.
        }

        throw new SoakException($"{name} did not start; it said: {string.Join(' ', _said)}");
    }

    /// <summary>Asks it to end (SIGTERM), and waits until it has.</summary>
    /// <exception cref="SoakException">It did not end, or not well.</exception>
    public async Task StopAsync(CancellationToken stop)
    {
        if (_process is not { } process)
            return;
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(CancellationToken.None);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bound.CancelAfter(Bound);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new SoakException($"{name} did not end within {Bound.TotalSeconds} s of SIGTERM");
        }

        if (process.ExitCode != 0)
            throw new SoakException($"{name} ended with exit code {process.ExitCode} after SIGTERM; it said: {string.Join(' ', _said)}");
        Forget();
    }

    /// <summary>Ends it as a crash does (SIGKILL), and waits until it has ended.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        Forget();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    /// <summary>Nothing where this program is its own executable; its assembly where dotnet runs it.</summary>
    private static string[] OwnAssembly() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Path.Combine(AppContext.BaseDirectory, $"{typeof(ServerProcess).Assembly.GetName().Name}.dll")]
        : [];

    private void Forget()
    {
        _process?.Dispose();
        _process = null;
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _said.Enqueue(line);
        while (_said.Count > 20)
            _said.TryDequeue(out _);
    }
}
