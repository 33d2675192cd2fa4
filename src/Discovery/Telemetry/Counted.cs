using System.Globalization;

namespace Interceptors.Discovery;

/// <summary>Numbers of things in messages to people.</summary>
internal static class Counted
{
    /// <summary><c>1 endpoint</c>, <c>2 endpoints</c>.</summary>
    public static string Endpoints(int count) =>
        count == 1 ? "1 endpoint" : string.Create(CultureInfo.InvariantCulture, $"{count} endpoints");
}
