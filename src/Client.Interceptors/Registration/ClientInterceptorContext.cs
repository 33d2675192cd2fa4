using Interceptors.Propagation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Interceptors.Client;

/// <summary>What an interceptor of one client is made from.</summary>
/// <param name="services">The container.</param>
/// <param name="optionsName">The name of its options.</param>
/// <param name="channel">What the client's channel is.</param>
internal sealed class ClientInterceptorContext(IServiceProvider services, string optionsName, ChannelDescription channel)
{
    private readonly List<IChangeToken> _changes = [];

    public IServiceProvider Services => services;

    public ChannelDescription Channel => channel;

    /// <summary>Say when options that were asked for have changed.</summary>
    public IReadOnlyList<IChangeToken> Changes => _changes;

    /// <summary>The options of this client; changes of theirs are watched from here on.</summary>
    /// <exception cref="OptionsValidationException">They are wrong.</exception>
    public IOptions<TOptions> Options<TOptions>()
        where TOptions : class, new()
    {
        foreach (var source in services.GetServices<IOptionsChangeTokenSource<TOptions>>())
        {
            if (OptionsNames.Of(optionsName).Contains(source.Name ?? "", StringComparer.Ordinal))
                _changes.Add(source.GetChangeToken());
        }
        return Microsoft.Extensions.Options.Options.Create(services.GetRequiredService<IOptionsFactory<TOptions>>().Create(optionsName));
    }

    public T? Find<T>()
        where T : class => services.GetService<T>();
}
