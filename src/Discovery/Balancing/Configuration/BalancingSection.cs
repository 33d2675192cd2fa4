using System.Globalization;

namespace Interceptors.Discovery;

/// <summary>Options of one part of balancing. Two with the same values are equal.</summary>
public abstract record BalancingSection
{
    private protected BalancingSection()
    {
    }

    /// <summary>What is wrong: each begins with the name of the option, says what it is, and what to give instead.</summary>
    internal abstract IEnumerable<string> Problems();

    private protected static bool IsNoTime(TimeSpan time, TimeSpan longest) => time <= TimeSpan.Zero || time > longest;

    private protected static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
