using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Interceptors.Server;

/// <summary>
/// Reads static tokens from configuration, strictly. The framework's binder skips an invalid date and ignores a misspelt property, so
/// that a token would never expire.
/// </summary>
internal sealed class StaticTokenConfigurationReader(IConfiguration section)
{
    public void AddTo(StaticTokenOptions options)
    {
        foreach (var child in section.GetChildren())
            options.Tokens.Add(Read(child));
    }

    private static StaticToken Read(IConfigurationSection section)
    {
        var token = new StaticToken();
        foreach (var property in section.GetChildren())
        {
            switch (property.Key.ToUpperInvariant())
            {
                case "NAME":
                    token.Name = property.Value ?? "";
                    break;
                case "TOKEN":
                    token.Token = property.Value ?? "";
                    break;
                case "NOTAFTER":
                    token.NotAfter = Time(property);
                    break;
                case "ROLES":
                    foreach (var role in property.GetChildren())
                        token.Roles.Add(role.Value ?? "");
                    break;
                case "CLAIMS":
                    foreach (var claim in property.GetChildren())
                        token.Claims[claim.Key] = claim.Value!;
                    break;
                default:
                    throw new InvalidStaticTokensException(
                        $"at '{section.Path}' has a property '{property.Key}'; known are Name, Token, NotAfter, Roles, Claims");
            }
        }
        return token;
    }

    private static DateTimeOffset? Time(IConfigurationSection property)
    {
        if (string.IsNullOrEmpty(property.Value))
            return null;
        return DateTimeOffset.TryParse(property.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new InvalidStaticTokensException($"at '{property.Path}' is no time. Give one such as '2030-01-31T00:00:00Z'");
    }
}
