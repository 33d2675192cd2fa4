using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>Finds out which methods need an access token.</summary>
internal sealed class TokenRequirements(TokenAuthenticationOptions options, bool isDevelopment)
{
    private readonly Func<string, bool> _optional = MethodPattern.AnyOf(options.AnonymousMethods);
    private readonly Func<string, bool> _none = MethodPattern.AnyOf(Infrastructure(options, isDevelopment));
    // Only methods that exist get here.
    private readonly ConcurrentDictionary<string, TokenRequirement> _known = new(StringComparer.Ordinal);

    public TokenRequirement Of(string method, Endpoint? endpoint)
    {
        var need = _known.GetOrAdd(method, static (method, self) => self.ByName(MethodPattern.Bare(method)), this);
        return need == TokenRequirement.Required && endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null
            ? TokenRequirement.Optional : need;
    }

    private static IEnumerable<string> Infrastructure(TokenAuthenticationOptions options, bool isDevelopment)
    {
        if (options.AllowAnonymousHealth)
            yield return "grpc.health.v1.Health";
        if (options.AllowAnonymousReflection ?? isDevelopment)
            yield return "grpc.reflection.*";
    }

    private TokenRequirement ByName(string method)
    {
        if (_none(method))
            return TokenRequirement.None;
        return _optional(method) ? TokenRequirement.Optional : TokenRequirement.Required;
    }
}
