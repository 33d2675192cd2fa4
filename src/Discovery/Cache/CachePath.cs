using System.Security.Cryptography;
using System.Text;

namespace Interceptors.Discovery;

internal static class CachePath
{
    private const int LongestReadablePart = 60;

    /// <summary>
    /// A name for people to recognize, and a hash to tell apart what looks alike or differs in letter case alone. Safe on any file system
    /// whatever the service is called.
    /// </summary>
    public static string Of(string directory, string cluster, string service)
    {
        var readable = new StringBuilder();
        foreach (var c in service.AsSpan(0, Math.Min(service.Length, LongestReadablePart)))
            readable.Append(char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_');
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{cluster}\n{service}"));
        return Path.Combine(directory, $"endpoints-{readable}-{Convert.ToHexStringLower(hash.AsSpan(0, 12))}.json");
    }
}
