using System.Numerics;

namespace Interceptors.Discovery;

/// <summary>Durations in classes: four to a doubling, from 1 µs to more than an hour.</summary>
internal static class CallDurations
{
    public const int Classes = 128;

    private const int PerDoubling = 4;

    public static int ClassOf(TimeSpan duration)
    {
        var micros = (ulong)Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        if (micros < PerDoubling)
            return (int)micros;
        var doubling = BitOperations.Log2(micros);
        var part = (int)(micros >> (doubling - 2)) & (PerDoubling - 1);
        return Math.Min(((doubling - 1) * PerDoubling) + part, Classes - 1);
    }

    /// <summary>What stands for the durations of a class.</summary>
    public static TimeSpan Middle(int index) => TimeSpan.FromMicroseconds((Start(index) + Start(index + 1)) / 2.0);

    private static double Start(int index) => index < PerDoubling
        ? index
        : (PerDoubling + (index % PerDoubling)) * Math.Pow(2, (index / PerDoubling) - 1);
}
