using System.Runtime.InteropServices;

namespace Interceptors.Benchmarks.Reports;

/// <summary>The CPU time of the thread that asks, so that neighbours on the machine don't count.</summary>
internal static partial class ThreadTime
{
    public static double Nanoseconds()
    {
        const int threadCpuTime = 3;
        return ClockGetTime(threadCpuTime, out var time) == 0
            ? (time.Seconds * 1e9) + time.Nanoseconds
            : throw new PlatformNotSupportedException("The clock of a thread's CPU time is read as on Linux.");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out Timespec time);

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
