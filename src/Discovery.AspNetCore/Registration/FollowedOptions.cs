using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>The options of each service, and their changes while the host runs.</summary>
/// <remarks>
/// Not by IOptionsMonitor: when a reload can't be bound, it throws at whoever reloads, and tells its listeners nothing.
/// </remarks>
internal sealed partial class FollowedOptions(
    IOptionsFactory<ServiceRegistrationOptions> factory, IEnumerable<IOptionsChangeTokenSource<ServiceRegistrationOptions>> sources,
    ILogger<FollowedOptions> logger) : IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];

    /// <exception cref="OptionsValidationException">They are wrong.</exception>
    public ServiceRegistrationOptions Of(string service) => factory.Create(service);

    /// <summary>Tells of each change. Wrong options are logged, and the ones before stay.</summary>
    public void Follow(string service, Func<ServiceRegistrationOptions, Task> changed)
    {
        foreach (var source in sources.Where(source => source.Name == service || source.Name is null))
            _subscriptions.Add(ChangeToken.OnChange(source.GetChangeToken, () => _ = TellAsync(service, changed)));
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
    }

    private async Task TellAsync(string service, Func<ServiceRegistrationOptions, Task> changed)
    {
        try
        {
            await changed(Of(service)).ConfigureAwait(false);
        }
        catch (OptionsValidationException exception)
        {
            LogRefused(logger, service, exception.Message);
        }
        catch (Exception exception)
        {
            // Whoever reloads the configuration must not be troubled, nor a service vanish.
            LogFailed(logger, exception, service);
        }
    }
}
