using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>
/// Asks the health checks at an interval. Enough unhealthy answers in a row take the service out of the registry; enough healthy ones
/// put it back.
/// </summary>
internal sealed partial class ReadinessWatch(HostedRegistration registration, IServiceProvider provider, ILogger logger)
{
    private readonly ReadinessOptions _options = registration.Options.Readiness;
    private readonly HealthCheckService _checks = provider.GetRequiredService<HealthCheckService>();

    public static bool IsPossible(IServiceProvider provider) => provider.GetService<HealthCheckService>() is not null;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var isReady = false;
        // There is nothing yet that could go up and down, so that the first healthy answer is enough.
        var needed = 1;
        var inRow = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var isHealthy = await IsHealthyAsync(cancellationToken).ConfigureAwait(false);
            inRow = isHealthy == isReady ? 0 : inRow + 1;
            if (inRow >= needed && await TryChangeAsync(isHealthy, cancellationToken).ConfigureAwait(false))
            {
                (isReady, inRow, needed) = (isHealthy, 0, isHealthy ? _options.FailuresToWithdraw : _options.SuccessesToReturn);
            }

            await Task.Delay(_options.Interval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(_options.Timeout);
        try
        {
            // Waited for from outside too: a check that ignores its token must not stop this from ever asking again.
            var report = await _checks.CheckHealthAsync(Decides, bound.Token).WaitAsync(bound.Token).ConfigureAwait(false);
            return report.Status != HealthStatus.Unhealthy;
        }
        catch (Exception exception)
        {
            if (!cancellationToken.IsCancellationRequested)
                LogCheckFailed(logger, exception, registration.Service);
            return false;
        }
    }

    private bool Decides(HealthCheckRegistration check) =>
        !check.Tags.Contains(RegistrationHealthCheck.Tag) && (_options.Tags.Count == 0 || _options.Tags.Any(check.Tags.Contains));

    private async Task<bool> TryChangeAsync(bool isReady, CancellationToken cancellationToken)
    {
        try
        {
            if (isReady)
                await registration.RestoreAsync(UnregisteredReasons.Unhealthy, cancellationToken).ConfigureAwait(false);
            else
                await registration.WithdrawAsync(UnregisteredReasons.Unhealthy, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception)
        {
            // Any exception: the next round tries again.
            if (!cancellationToken.IsCancellationRequested)
                LogChangeFailed(logger, exception, registration.Service);
            return false;
        }
    }
}
