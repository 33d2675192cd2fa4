using System.Globalization;

namespace Interceptors.Benchmarks.Serving;

/// <summary>What a process has spent so far: CPU time in microseconds, and bytes allocated on the managed heap.</summary>
internal readonly record struct ProcessCost(double CpuMicroseconds, double Bytes)
{
    public static ProcessCost Now() => new(Environment.CpuUsage.TotalTime.TotalMicroseconds, GC.GetTotalAllocatedBytes(precise: true));

    public static ProcessCost operator -(ProcessCost later, ProcessCost earlier) =>
        new(later.CpuMicroseconds - earlier.CpuMicroseconds, later.Bytes - earlier.Bytes);

    public static ProcessCost operator /(ProcessCost cost, double calls) => new(cost.CpuMicroseconds / calls, cost.Bytes / calls);

    public static ProcessCost Parse(string cpu, string bytes) =>
        new(double.Parse(cpu, CultureInfo.InvariantCulture), double.Parse(bytes, CultureInfo.InvariantCulture));

    public override string ToString() => FormattableString.Invariant($"{CpuMicroseconds} {Bytes}");
}
