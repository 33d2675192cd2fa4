using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using Quickstart.Narration;
using Quickstart.Options;

namespace Quickstart.Registries;

/// <summary>
/// An etcd of the demo's own, on free loopback ports, with its data in a temporary folder. One that dies is restarted on the
/// same ports and data, as whatever runs a real one would do.
/// </summary>
internal sealed class PrivateEtcd : IAsyncDisposable
{
    private const int KeptLines = 10;
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly Narrator _narrator;
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("interceptors-demo-etcd-");
    private readonly string _peer = LoopbackPort.NextAddress();
    private readonly ConcurrentQueue<string> _output = new();
    private readonly CancellationTokenSource _stop = new();
    private Process _process;
    private Task _supervision = Task.CompletedTask;

    private PrivateEtcd(Narrator narrator)
    {
        _narrator = narrator;
        try
        {
            _process = Launch();
        }
        catch (Win32Exception)
        {
            _data.Delete();
            throw new SetupException("""
                There is no etcd on the PATH. Install it:
                  Debian, Ubuntu:  apt-get install etcd-server
                  elsewhere:       https://etcd.io/docs/latest/install/
                or use one that runs: ./demo --etcd http://HOST:2379
                """);
        }
    }

    public string Endpoint { get; } = LoopbackPort.NextAddress();

    public int ProcessId => _process.Id;

    public string LastOutput => "\netcd said:\n" + string.Join('\n', _output);

    /// <exception cref="SetupException">There is no etcd on the PATH.</exception>
    public static PrivateEtcd Start(Narrator narrator)
    {
        var etcd = new PrivateEtcd(narrator);
        etcd._supervision = etcd.SuperviseAsync();
        return etcd;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _supervision.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Delete(recursive: true);
        _stop.Dispose();
    }

    private async Task SuperviseAsync()
    {
        while (true)
        {
            await _process.WaitForExitAsync(_stop.Token);
            // Ctrl-C reaches etcd too, and sooner than it ends the demo.
            await Task.Delay(RestartDelay / 4, _stop.Token);
            _narrator.Note($"etcd (process {_process.Id}) has died; it is restarted in a moment.");
            await Task.Delay(RestartDelay, _stop.Token);
            _process.Dispose();
            _process = Launch();
            _narrator.Note($"etcd runs again, as process {_process.Id}.");
        }
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo("etcd",
        [
            "--name", "demo", "--data-dir", _data.FullName,
            "--listen-client-urls", Endpoint, "--advertise-client-urls", Endpoint,
            "--listen-peer-urls", _peer, "--initial-advertise-peer-urls", _peer, "--initial-cluster", $"demo={_peer}",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
            _output.Enqueue(line.Data);
        while (_output.Count > KeptLines)
            _output.TryDequeue(out _);
    }
}
