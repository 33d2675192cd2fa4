using System.Diagnostics;
using System.Globalization;

namespace Interceptors.Soak.Reports;

/// <summary>What this process, in which the clients live, holds.</summary>
internal sealed record Resources(long ManagedBytes, long WorkingSet, int Descriptors, int Connections, long Timers, int Threads)
{
    private const string Established = "01";

    private static readonly string[] Tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];

    /// <param name="ports">Connections from or to these ports count.</param>
    public static Resources Measure(IReadOnlyCollection<int> ports)
    {
        using var self = Process.GetCurrentProcess();
        return new Resources(
            GC.GetTotalMemory(forceFullCollection: true), self.WorkingSet64, DescriptorsOf().Count, ConnectionsOf(ports).Count,
            Timer.ActiveCount, self.Threads.Count);
    }

    /// <summary>From where to where; empty where the system does not tell.</summary>
    public static IReadOnlyList<string> ConnectionsOf(IReadOnlyCollection<int> ports)
    {
        var own = DescriptorsOf().ToHashSet();
        return [.. Tables.Where(File.Exists).SelectMany(file => File.ReadLines(file).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(c => c[3] == Established && own.Contains($"socket:[{c[9]}]"))
            .Select(c => (From: PortOf(c[1]), To: PortOf(c[2])))
            .Where(c => ports.Contains(c.From) || ports.Contains(c.To))
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"port {c.From} to {c.To}"))];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{ManagedBytes / 1048576.0:F1} MiB managed, {WorkingSet / 1048576.0:F0} MiB in all, {Descriptors} descriptors, "
        + $"{Connections} connections, {Timers} timers, {Threads} threads");

    private static int PortOf(string address) =>
        int.Parse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>What each descriptor leads to; empty where the system does not tell.</summary>
    private static List<string> DescriptorsOf() => Directory.Exists("/proc/self/fd")
        ? [.. new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Select(LinkOf).OfType<string>()]
        : [];

    private static string? LinkOf(FileSystemInfo descriptor)
    {
        try
        {
            return descriptor.LinkTarget;
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return null;
        }
    }
}
