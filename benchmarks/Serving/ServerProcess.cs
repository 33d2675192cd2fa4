using System.Diagnostics;
using System.Globalization;

namespace Interceptors.Benchmarks.Serving;

/// <summary>A <see cref="BenchServer"/> in a process of its own. It ends with its input, so it never outlives this process.</summary>
internal sealed class ServerProcess : IDisposable
{
    public const string Argument = "--server";

    private readonly Process _process;
    private readonly Dictionary<string, int> _ports;

    private ServerProcess(Process process, Dictionary<string, int> ports)
    {
        _process = process;
        _ports = ports;
    }

    public static async Task<ServerProcess> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ServerProcess).Assembly.Location);
        start.ArgumentList.Add(Argument);
        // As the Web SDK sets it for a server.
        start.Environment["DOTNET_gcServer"] = "1";
        var process = Process.Start(start)!;
        var ports = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The server process did not start.");
        return new ServerProcess(process, ports.Split(' ').Select(static one => one.Split('='))
            .ToDictionary(static parts => parts[0], static parts => int.Parse(parts[1], CultureInfo.InvariantCulture)));
    }

    /// <param name="kind">One of <see cref="ServerKinds"/>.</param>
    /// <param name="hosting">Whether it logs.</param>
    public int PortOf(string kind, Hosting hosting = Hosting.Silent) => _ports[$"{kind}/{hosting}"];

    public async Task<ServerState> AskAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        var answer = (await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server process has ended."))
            .Split(' ');
        return new ServerState(
            ProcessCost.Parse(answer[0], answer[1]),
            int.Parse(answer[2], CultureInfo.InvariantCulture),
            int.Parse(answer[3], CultureInfo.InvariantCulture),
            long.Parse(answer[4], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}

/// <param name="Cost">What the process has spent since its start.</param>
/// <param name="Accepted">Connections since its start.</param>
/// <param name="Open">Connections now.</param>
/// <param name="LastAccepted">When the last one came, as <see cref="Stopwatch.GetTimestamp"/> counts in all processes of the
/// machine.</param>
internal readonly record struct ServerState(ProcessCost Cost, int Accepted, int Open, long LastAccepted);
