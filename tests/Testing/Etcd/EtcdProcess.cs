using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Interceptors.Testing;

/// <summary>
/// An etcd of the test's own: on free loopback ports, with its data in a temporary folder, both of which it keeps
/// over a restart. Found on PATH, or where <c>ETCD_BIN</c> says; etcdctl beside it, or on PATH.
/// </summary>
public sealed class EtcdProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("interceptors-etcd-");
    private readonly string _name;
    private readonly string _peer = $"http://127.0.0.1:{LoopbackPorts.Next()}";
    private readonly string _metrics = $"http://127.0.0.1:{LoopbackPorts.Next()}";
    private readonly string[] _arguments;
    private readonly ConcurrentQueue<string> _output = new();
    private string[] _ctlArguments = [];
    private string _initialCluster;
    private Process? _process;

    private EtcdProcess(string[] arguments, string scheme = "http", string name = "s1")
    {
        _arguments = arguments;
        _name = name;
        _initialCluster = $"{name}={_peer}";
        Endpoint = $"{scheme}://127.0.0.1:{LoopbackPorts.Next()}";
    }

    /// <summary>Its name among the members of its cluster.</summary>
    public string Name => _name;

    /// <summary>The client address, known before the start.</summary>
    public string Endpoint { get; }

    public bool IsRunning => _process is not null;

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("This etcd is not running.");

    /// <summary>One that is not running yet.</summary>
    /// <param name="arguments">Further arguments of etcd.</param>
    public static EtcdProcess Create(params string[] arguments) => new(arguments);

    /// <summary>One with TLS, that asks clients for a certificate if that is wanted. Not running yet.</summary>
    public static EtcdProcess CreateSecure(EtcdCertificates certificates, bool mutual)
    {
        string[] arguments = ["--cert-file", certificates.ServerCertificateFile, "--key-file", certificates.ServerKeyFile];
        if (mutual)
            arguments = [.. arguments, "--client-cert-auth", "--trusted-ca-file", certificates.CaFile];
        return new EtcdProcess(arguments, "https")
        {
            _ctlArguments =
                ["--cacert", certificates.CaFile, "--cert", certificates.ClientCertificateFile, "--key", certificates.ClientKeyFile],
        };
    }

    /// <summary>The members of one cluster, none running yet.</summary>
    public static IReadOnlyList<EtcdProcess> CreateMembers(int count)
    {
        var members = Enumerable.Range(1, count).Select(i => new EtcdProcess([], name: $"s{i}")).ToList();
        var cluster = string.Join(',', members.Select(m => m._initialCluster));
        members.ForEach(m => m._initialCluster = cluster);
        return members;
    }

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
            "--name", _name, "--data-dir", _data.FullName,
            "--listen-client-urls", Endpoint, "--advertise-client-urls", Endpoint, "--listen-metrics-urls", _metrics,
            "--listen-peer-urls", _peer, "--initial-advertise-peer-urls", _peer, "--initial-cluster", _initialCluster,
            .. _arguments,
        ]);
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        var until = DateTime.UtcNow + StartBound;
        while (!(await AskAsync("health")).Contains("\"true\"", StringComparison.Ordinal))
        {
            if (_process.HasExited || DateTime.UtcNow > until)
                throw new InvalidOperationException($"etcd did not become healthy; it said:\n{string.Join('\n', _output)}");
            await Task.Delay(20);
        }
    }

    /// <summary>Switches users on: <c>root</c>, as whom <see cref="CtlAsync"/> acts from then on, and one who may use a prefix.</summary>
    public async Task EnableAuthAsync(string user, string password, string prefix)
    {
        await CtlAsync("user", "add", "root:root-pw");
        await CtlAsync("user", "grant-role", "root", "root");
        await CtlAsync("role", "add", user);
        await CtlAsync("role", "grant-permission", user, "--prefix=true", "readwrite", prefix);
        await CtlAsync("user", "add", $"{user}:{password}");
        await CtlAsync("user", "grant-role", user, user);
        await CtlAsync("auth", "enable");
        _ctlArguments = [.. _ctlArguments, "--user", "root:root-pw"];
    }

    /// <summary>Ends it as a crash does (SIGKILL), and waits until it has ended.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await ForgetAsync(_process);
    }

    /// <summary>Ends it as an operator does (SIGTERM), and waits until it has ended.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("-TERM");
        await ForgetAsync(_process!);
    }

    /// <summary>Freezes it (SIGSTOP): connections stay open and nothing answers.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    public async Task RestartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    /// <summary>Ends it and starts another in its place, at the same address, that knows nothing.</summary>
    public async Task StartOverAsync()
    {
        await KillAsync();
        _data.Delete(recursive: true);
        _data.Create();
        await StartAsync();
    }

    /// <summary>Its metrics in the text format of Prometheus.</summary>
    public Task<string> MetricsAsync() => AskAsync("metrics");

    public async Task<bool> IsLeaderAsync() => (await MetricsAsync()).Contains("\netcd_server_is_leader 1", StringComparison.Ordinal);

    /// <summary>The revision that it has reached.</summary>
    public async Task<string> RevisionAsync()
    {
        using var answer = System.Text.Json.JsonDocument.Parse(await CtlAsync("get", "/none", "--write-out=json"));
        return answer.RootElement.GetProperty("header").GetProperty("revision").ToString();
    }

    /// <summary>Runs etcdctl against it and gives what it printed.</summary>
    public async Task<string> CtlAsync(params string[] arguments)
    {
        // It gives up after 5 s by default, which a busy machine may need.
        using var process = Run(CtlProgram(), ["--endpoints", Endpoint, "--command-timeout=60s", .. _ctlArguments, .. arguments]);
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

    private static string CtlProgram() =>
        Environment.GetEnvironmentVariable("ETCD_BIN") is { } etcd
        && Path.Combine(Path.GetDirectoryName(etcd) ?? "", "etcdctl") is var beside && File.Exists(beside) ? beside : "etcdctl";

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
            throw new InvalidOperationException($"'{program}' can't be run. Run ./test, which installs it, or let ETCD_BIN name an etcd.");
        }
    }

    private async Task ForgetAsync(Process process)
    {
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Run("kill", [signal, ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task<string> AskAsync(string what)
    {
        try
        {
            return await Http.GetStringAsync(new Uri($"{_metrics}/{what}"));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return "";
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
