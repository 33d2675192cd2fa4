using Microsoft.Extensions.Hosting;

namespace Interceptors.Server;

/// <summary>Makes the interceptor when the host starts, and so its verifier: what is wrong with it shows then, not at the first call.</summary>
#pragma warning disable CS9113 // Being made is all that is wanted of it.
internal sealed class TokenAuthenticationStart(TokenAuthenticationInterceptor interceptor) : IHostedService
#pragma warning restore CS9113
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
