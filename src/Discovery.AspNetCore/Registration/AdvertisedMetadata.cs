using System.Globalization;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>What clients shall know about an instance besides its address. Can change while it is registered.</summary>
internal static class AdvertisedMetadata
{
    public static IReadOnlyDictionary<string, string> From(ServiceRegistrationOptions options, bool isTls)
    {
        var metadata = new Dictionary<string, string>(options.Metadata, StringComparer.Ordinal);
        Set(EndpointMetadata.Weight, options.Weight?.ToString(CultureInfo.InvariantCulture));
        Set(EndpointMetadata.Zone, options.Zone);
        Set(EndpointMetadata.Version, options.Version);
        Set(EndpointMetadata.Tags, options.Tags.Count == 0 ? null : string.Join(',', options.Tags));
        Set(EndpointMetadata.Scheme, isTls ? "grpcs" : null);
        return metadata;

        void Set(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                metadata[key] = value;
        }
    }
}
