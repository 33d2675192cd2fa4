namespace Interceptors.Discovery;

/// <summary>
/// Lets a channel use only some of many endpoints, taken at random by each process (gRFC A68), so that not every client connects
/// to every server. A change of the list moves few of them.
/// </summary>
public sealed record SubsetOptions : BalancingSection
{
    /// <summary>How many endpoints the channel uses at most, at least 1. Default: 20.</summary>
    public int Size { get; set; } = 20;

    internal override IEnumerable<string> Problems()
    {
        if (Size < 1)
            yield return $"{nameof(Size)} is {Size}. Give a number of endpoints, at least 1.";
    }

    internal static readonly string[] Fields = ["size"];

    internal static SubsetOptions Read(ConfigurationSection section)
    {
        return section.Checked(new SubsetOptions { Size = section.Integer("size") ?? new SubsetOptions().Size });
    }
}
