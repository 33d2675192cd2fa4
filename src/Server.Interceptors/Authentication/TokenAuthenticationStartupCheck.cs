using Microsoft.Extensions.Hosting;

namespace Interceptors.Server;

/// <summary>
/// Creates the interceptor and its verifier when the host starts, so that wrong settings stop the host and not the first call.
/// </summary>
#pragma warning disable CS9113 // Being made is all that is wanted of it.
internal sealed class TokenAuthenticationStartupCheck(TokenAuthenticationInterceptor interceptor) : IHostedService
#pragma warning restore CS9113
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
