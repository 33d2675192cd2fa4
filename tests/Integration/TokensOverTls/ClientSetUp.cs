namespace Interceptors.Integration.Tests;

/// <summary>The ways in which a user puts a fallback token on the calls of a discovery channel.</summary>
public enum ClientSetUp
{
    /// <summary><c>factory.CreateChannel(…).Intercept(new FallbackTokenInterceptor(…))</c>.</summary>
    Intercept,

    /// <summary>The same with <c>ClientInterceptors.Standard</c>.</summary>
    Standard,

    /// <summary><c>AddDiscoveryClient(…).AddFallbackToken(…)</c>.</summary>
    Container,
}
