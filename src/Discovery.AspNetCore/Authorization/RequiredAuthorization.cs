using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>Sees to it that what shows the inside of a process is not open to everybody by mistake.</summary>
/// <param name="services">The services of the application.</param>
/// <param name="allowAnonymous">Whether it may be open.</param>
/// <param name="problem">What to write, for an endpoint that is open outside of the Development environment.</param>
internal sealed class RequiredAuthorization(IServiceProvider services, bool allowAnonymous, string problem)
{
    private readonly bool _isNeeded = !allowAnonymous && !services.GetRequiredService<IHostEnvironment>().IsDevelopment();

    /// <summary>The last convention of an endpoint: what it may be is known by then, also from the groups around it.</summary>
    public void Check(EndpointBuilder endpoint)
    {
        if (!_isNeeded || IsAuthorized(endpoint.Metadata))
            return;
        // Not thrown here: where the endpoints are built with the first request, it would fail the requests to all of them.
        endpoint.RequestDelegate = _ => throw new InvalidOperationException(problem);
        endpoint.Metadata.Add(new Refusal(problem));
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
