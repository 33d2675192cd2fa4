using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>Sees to it that the page is not open to everybody by mistake.</summary>
internal sealed class PageAuthorization(IServiceProvider services, DiscoveryPageOptions options, string pattern)
{
    private readonly bool _isNeeded = !options.AllowAnonymous && !services.GetRequiredService<IHostEnvironment>().IsDevelopment();

    private string Problem =>
        $"The discovery page at '{pattern}' needs authorization outside of the Development environment. Write "
        + $"app.MapDiscoveryPage(\"{pattern}\").RequireAuthorization(...), or, where something else keeps strangers away, "
        + $"app.MapDiscoveryPage(\"{pattern}\", o => o.{nameof(DiscoveryPageOptions.AllowAnonymous)} = true).";

    /// <summary>The last convention of an endpoint: what it may be is known by then, also from the groups around it.</summary>
    public void Check(EndpointBuilder endpoint)
    {
        if (!_isNeeded || IsAuthorized(endpoint.Metadata))
            return;
        // Not thrown here: where the endpoints are built with the first request, it would fail the requests to all of them.
        endpoint.RequestDelegate = _ => throw new InvalidOperationException(Problem);
        endpoint.Metadata.Add(new Refusal(Problem));
    }

    /// <exception cref="InvalidOperationException">One is refused; the message says what to write.</exception>
    public static void ThrowIfRefused(IEnumerable<Microsoft.AspNetCore.Http.Endpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Metadata.GetMetadata<Refusal>() is { } refusal)
                throw new InvalidOperationException(refusal.Problem);
        }
    }

    private bool IsAuthorized(IList<object> metadata)
    {
        if (metadata.OfType<IAllowAnonymous>().Any())
            return false;
        if (metadata.Any(static item => item is IAuthorizeData or AuthorizationPolicy or IAuthorizationRequirementData))
            return true;
        var fallback = services.GetService<IAuthorizationPolicyProvider>()?.GetFallbackPolicyAsync();
        return fallback is { IsCompletedSuccessfully: true, Result: not null };
    }

    private sealed record Refusal(string Problem);
}
