namespace Interceptors.Server;

/// <summary>
/// Checks the limits that need no user before the access token is verified, so that they guard the verifier from strangers. Does nothing
/// on a server without <see cref="TokenAuthenticationInterceptor"/>, where <see cref="LimitsInterceptor"/> checks all limits at once.
/// </summary>
internal sealed class AdmissionLimitsInterceptor(LimitsInterceptor limits) : ServerInterceptor
{
    protected internal override ValueTask OnStartAsync(ServerCall call) =>
        limits.IsBehindAuthentication ? limits.AdmitAsync(call) : default;
}
