using Grpc.Core.Interceptors;
using Interceptors.Propagation;
using Microsoft.Extensions.Logging;

namespace Interceptors.Client;

/// <summary>Makes the one interceptor of a client.</summary>
internal sealed class ClientInterceptorFactory(
    ClientInterceptorRegistry registry, IServiceProvider services, ILoggerFactory? loggers = null)
    : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ConfiguredInterceptor> _made = [];

    /// <summary>Whether something was added to a client.</summary>
    public bool IsFor(string client) => registry.Effective(client).Any();

    /// <param name="client">The client's name.</param>
    /// <param name="channel">What its channel is.</param>
    /// <param name="tokens">Whether those that add fallback tokens, or all others; null for all.</param>
    public Interceptor Create(string client, ChannelDescription channel, bool? tokens = null)
    {
        var members = registry.Effective(client)
            .Where(member => tokens is null || member.Entry.Order == ClientInterceptorOrder.FallbackToken == tokens)
            .Select(member => new ConfiguredInterceptor.Member(
                () => new ClientInterceptorContext(services, NameOf(client, member.Entry), channel),
                context => Selected(member.Entry.Create(context), member.Methods)))
            .ToList();
        var made = new ConfiguredInterceptor(client, members, loggers?.CreateLogger<ConfiguredInterceptor>());
        lock (_lock)
            _made.Add(made);
        return made.Follows ? made : made.Current;
    }

    /// <summary>Ends the watching of options.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var made in _made)
                made.Dispose();
            _made.Clear();
        }
    }

    private static string NameOf(string client, ClientInterceptorEntry entry) =>
        ReferenceEquals(entry.Methods, MethodSelector.All) ? client : OptionsNames.For(client, entry.Methods.Name);

    private static Interceptor Selected(Interceptor interceptor, MethodSelector methods) =>
        ReferenceEquals(methods, MethodSelector.All) ? interceptor : interceptor.For(methods);
}
