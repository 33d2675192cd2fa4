using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Interceptors.Server;

/// <summary>What a method wants of a token.</summary>
internal enum TokenNeed
{
    Required,

    /// <summary>A good one is taken, any other ignored.</summary>
    Optional,

    /// <summary>None is looked at.</summary>
    None,
}

/// <summary>Which methods may be called without a token.</summary>
internal sealed class AnonymousMethods(TokenAuthenticationOptions options)
{
    private readonly Func<string, bool> _optional = MethodPattern.AnyOf(options.AnonymousMethods);
    private readonly Func<string, bool> _none = MethodPattern.AnyOf(Infrastructure(options));
    // Only methods that exist get here.
    private readonly ConcurrentDictionary<string, TokenNeed> _known = new(StringComparer.Ordinal);

    public TokenNeed NeedOf(string method, Endpoint? endpoint)
    {
        var need = _known.GetOrAdd(method, static (method, self) => self.ByName(MethodPattern.Bare(method)), this);
        return need == TokenNeed.Required && endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null ? TokenNeed.Optional : need;
    }

    private static IEnumerable<string> Infrastructure(TokenAuthenticationOptions options)
    {
        if (options.AllowAnonymousHealth)
            yield return "grpc.health.v1.Health";
        if (options.AllowAnonymousReflection)
            yield return "grpc.reflection.*";
    }

    private TokenNeed ByName(string method)
    {
        if (_none(method))
            return TokenNeed.None;
        return _optional(method) ? TokenNeed.Optional : TokenNeed.Required;
    }
}
