using System.Globalization;

namespace Interceptors.Discovery;

/// <summary>What changes about an instance that is registered. What is null stays as it is. Immutable.</summary>
public sealed record InstanceUpdate
{
    private readonly int? _weight;
    private readonly IReadOnlyList<string>? _tags;

    /// <summary>The new weight: see <see cref="DiscoveryEndpoint.Weight"/>. Default: null, as it is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? Weight
    {
        get => _weight;
        init => _weight = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A weight is 1 or more. Give such a number, or null.");
    }

    /// <summary>The new zone; an empty one for none. Default: null, as it is.</summary>
    public string? Zone { get; init; }

    /// <summary>The new tags, instead of all those before; empty for none. Default: null, as they are.</summary>
    /// <exception cref="ArgumentException">One is blank or has a comma.</exception>
    public IReadOnlyList<string>? Tags
    {
        get => _tags;
        init => _tags = value?.FirstOrDefault(tag => string.IsNullOrWhiteSpace(tag) || tag.Contains(',')) is { } tag
            ? throw new ArgumentException($"'{tag}' is not a tag. Give words without commas.", nameof(value))
            : value is null ? null : [.. value];
    }

    /// <summary>Metadata with these changes.</summary>
    /// <param name="metadata">Metadata of an endpoint; not changed.</param>
    /// <returns>The new metadata.</returns>
    public IReadOnlyDictionary<string, string> ApplyTo(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var changed = new Dictionary<string, string>(metadata, StringComparer.Ordinal);
        Set(EndpointMetadata.Weight, Weight?.ToString(CultureInfo.InvariantCulture));
        Set(EndpointMetadata.Zone, Zone);
        Set(EndpointMetadata.Tags, Tags is null ? null : string.Join(',', Tags));
        return changed;

        void Set(string key, string? value)
        {
            if (value is "")
                changed.Remove(key);
            else if (value is not null)
                changed[key] = value;
        }
    }

    /// <summary>This change and a later one, as one.</summary>
    /// <param name="later">The later one, which counts where both say something.</param>
    /// <returns>Both.</returns>
    public InstanceUpdate Then(InstanceUpdate later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return new() { Weight = later.Weight ?? Weight, Zone = later.Zone ?? Zone, Tags = later.Tags ?? Tags };
    }
}
