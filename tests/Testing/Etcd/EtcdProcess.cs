using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Interceptors.Testing;

/// <summary>
/// An etcd of one member, of the test's own: on free loopback ports, with its data in a temporary folder, both of which it keeps
/// over a restart. Found on PATH, or where <c>ETCD_BIN</c> says.
/// </summary>
public sealed class EtcdProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("interceptors-etcd-");
    private readonly string _peer = $"http://127.0.0.1:{LoopbackPorts.Next()}";
    private readonly string[] _arguments;
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    private EtcdProcess(string[] arguments) => _arguments = arguments;

    /// <summary>The client address, known before the start.</summary>
    public string Endpoint { get; } = $"http://127.0.0.1:{LoopbackPorts.Next()}";

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("This etcd is not running.");

    /// <summary>One that is not running yet.</summary>
    /// <param name="arguments">Further arguments of etcd.</param>
    public static EtcdProcess Create(params string[] arguments) => new(arguments);

    public static async Task<EtcdProcess> StartNewAsync(params string[] arguments)
    {
        var etcd = Create(arguments);
        await etcd.StartAsync();
        return etcd;
    }

    /// <summary>Starts it, with the data that it has, and waits until it is healthy.</summary>
    public async Task StartAsync()
    {
        _process = Run(Environment.GetEnvironmentVariable("ETCD_BIN") ?? "etcd",
        [
            "--name", "s1", "--data-dir", _data.FullName,
            "--listen-client-urls", Endpoint, "--advertise-client-urls", Endpoint,
            "--listen-peer-urls", _peer, "--initial-advertise-peer-urls", _peer, "--initial-cluster", $"s1={_peer}",
            .. _arguments,
        ]);
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        var until = DateTime.UtcNow + StartBound;
        while (!await IsHealthyAsync())
        {
            if (_process.HasExited || DateTime.UtcNow > until)
                throw new InvalidOperationException($"etcd did not become healthy; it said:\n{string.Join('\n', _output)}");
            await Task.Delay(20);
        }
    }

    /// <summary>Ends it as a crash does (SIGKILL), and waits until it has ended.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Freezes it (SIGSTOP): connections stay open and nothing answers.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    public async Task RestartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    /// <summary>Runs etcdctl against it and gives what it printed.</summary>
    public async Task<string> CtlAsync(params string[] arguments)
    {
        using var process = Run("etcdctl", ["--endpoints", Endpoint, .. arguments]);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException($"etcdctl {string.Join(' ', arguments)}: {await error}{await output}");
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _data.Delete(recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Run("kill", [signal, ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static Process Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ETCDCTL_API"] = "3";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException($"'{program}' is not on the PATH. Run ./test, which installs it.");
        }
    }

    private async Task<bool> IsHealthyAsync()
    {
        try
        {
            return (await Http.GetStringAsync(new Uri($"{Endpoint}/health"))).Contains("\"true\"", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        _output.Enqueue(line.Data);
        while (_output.Count > 50)
            _output.TryDequeue(out _);
    }
}
