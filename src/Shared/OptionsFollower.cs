using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Interceptors;

/// <summary>Tells of named options that have changed, and keeps away those that are wrong.</summary>
/// <remarks>
/// Not by IOptionsMonitor: when a reload can't be bound, it throws at whoever reloads, tells its listeners nothing, and throws again
/// at whoever reads it.
/// </remarks>
internal sealed class OptionsFollower : IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];

    private OptionsFollower()
    {
    }

    /// <param name="services">Has the options and what changes them.</param>
    /// <param name="name">The name of the options.</param>
    /// <param name="changed">Gets the new options, one after another.</param>
    /// <param name="failed">Gets the error of options that are wrong; the message may hold a value if it is no validation error.</param>
    /// <typeparam name="TOptions">The class of the options.</typeparam>
    public static OptionsFollower Follow<TOptions>(
        IServiceProvider services, string name, Action<TOptions> changed, Action<Exception> failed)
        where TOptions : class, new()
    {
        var factory = services.GetRequiredService<IOptionsFactory<TOptions>>();
        // Read and handed on under one lock: what was read first must not be handed on last.
        var reading = new Lock();
        var follower = new OptionsFollower();
        var layers = OptionsNames.Of(name).ToHashSet(StringComparer.Ordinal);
        foreach (var source in services.GetServices<IOptionsChangeTokenSource<TOptions>>())
        {
            if (layers.Contains(source.Name ?? name))
                follower._subscriptions.Add(ChangeToken.OnChange(source.GetChangeToken, Read));
        }

        return follower;

        void Read()
        {
            lock (reading)
            {
                try
                {
                    changed(factory.Create(name));
                }
                catch (Exception exception)
                {
                    failed(exception);
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
    }
}
