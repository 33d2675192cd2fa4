using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server;

/// <summary>
/// Checks the limits that need no user before the access token is verified, so that they guard the verifier from strangers. Does nothing
/// on a server without <see cref="TokenAuthenticationInterceptor"/>, where <see cref="LimitsInterceptor"/> checks all limits at once.
/// </summary>
internal sealed class AdmissionLimitsInterceptor : ServerInterceptor
{
    private readonly LimitsInterceptor _limits;

    public AdmissionLimitsInterceptor(LimitsInterceptor limits, IServiceProviderIsService? services = null)
    {
        _limits = limits;
        limits.IsBehindAuthentication = services?.IsService(typeof(TokenAuthenticationInterceptor)) == true;
    }

    protected internal override ValueTask OnStartAsync(ServerCall call) =>
        _limits.IsBehindAuthentication ? _limits.AdmitAsync(call) : default;
}
