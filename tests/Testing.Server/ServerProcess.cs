using System.Diagnostics;
using System.Globalization;

namespace Interceptors.Testing.Server;

/// <summary>A process that serves <see cref="DrainedProbeService"/> and registers as <c>user</c> in etcd.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    private ServerProcess(Process process, Task<string> error) => (_process, _error) = (process, error);

    /// <summary><c>host:port</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts one and waits until it is registered.</summary>
    /// <param name="etcd">Where it registers.</param>
    /// <param name="prefix">Under which prefix.</param>
    /// <param name="leaseTtl">For how long.</param>
    /// <param name="options">Further configuration, such as <c>--Registration:Id=1</c>.</param>
    public static async Task<ServerProcess> StartAsync(EtcdProcess etcd, string prefix, TimeSpan leaseTtl, params string[] options)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                typeof(ServerProcess).Assembly.Location,
                $"--Etcd={etcd.Endpoint}", $"--Prefix={prefix}", $"--LeaseTtl={leaseTtl}", .. options,
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var server = new ServerProcess(process, process.StandardError.ReadToEndAsync());
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        if (line is null)
            throw new InvalidOperationException($"The server did not start: {await server._error}");
        server.Address = new Uri(line).Authority;
        return server;
    }

    /// <summary>Ends it as a crash of its host does (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Freezes it (SIGSTOP): its port still accepts and its connections stay open, but nothing answers.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>Asks it to end as an orchestrator does (SIGTERM), and gives its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("-TERM");
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
