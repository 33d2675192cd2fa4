using System.Diagnostics;
using System.Globalization;
using Interceptors.Testing;

namespace Interceptors.ServiceDiscovery.Tests;

/// <summary>The example <c>Yarp</c> as a process of its own.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly List<string> _output = [];

    private GatewayProcess(Process process) => _process = process;

    /// <summary>For HTTP/1.1.</summary>
    public Uri Http => UriOf(0);

    /// <summary>For HTTP/2.</summary>
    public Uri Grpc => UriOf(1);

    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    public static async Task<GatewayProcess> StartAsync(EtcdProcess etcd)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = Repository.PathOf("examples", "Yarp", "bin", output.Parent!.Name, output.Name);
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", ["Yarp.dll", $"--etcd={etcd.Endpoint}"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        var gateway = new GatewayProcess(process);
        process.OutputDataReceived += (_, line) => gateway.Add(line.Data);
        process.ErrorDataReceived += (_, line) => gateway.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.True(
            () => process.HasExited || gateway.Addresses.Count == 2, "the gateway listens", TimeSpan.FromSeconds(60));
        Assert.False(process.HasExited, gateway.Output);
        return gateway;
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

    private List<string> Addresses
    {
        get
        {
            lock (_output)
                return [.. _output.Where(line => line.Contains(Listening, StringComparison.Ordinal))];
        }
    }

    private Uri UriOf(int place) => new(Addresses[place].Split(Listening)[1]);

    private void Add(string? line)
    {
        lock (_output)
            _output.Add(line ?? "");
    }
}
