using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Client;

/// <summary>What was added to which client, while services are collected. An empty name stands for all clients.</summary>
internal sealed class ClientInterceptorRegistry
{
    private readonly Dictionary<string, List<ClientInterceptorEntry>> _clients = new(StringComparer.Ordinal);

    /// <summary>That of these services; null if nothing was added yet.</summary>
    public static ClientInterceptorRegistry? Find(IServiceCollection services) =>
        services.FirstOrDefault(service => service.ServiceType == typeof(ClientInterceptorRegistry))?.ImplementationInstance
            as ClientInterceptorRegistry;

    public IReadOnlyList<ClientInterceptorEntry> Of(string client) => _clients.GetValueOrDefault(client) ?? [];

    /// <summary>Adds one, in place of one of its kind for the same methods.</summary>
    public void Add(string client, ClientInterceptorEntry entry)
    {
        if (!_clients.TryGetValue(client, out var entries))
            _clients.Add(client, entries = []);
        var same = entries.FindIndex(other => other.Kind == entry.Kind && other.IsFor(entry.Methods));
        if (same < 0)
            entries.Add(entry);
        else
            entries[same] = entry;
    }

    /// <summary>
    /// All that calls of a client run through, outermost first. Of one kind, each method has the one that was added for it: by the client
    /// before by all clients, for chosen methods before for all.
    /// </summary>
    public IEnumerable<(ClientInterceptorEntry Entry, MethodSelector Methods)> Effective(string client)
    {
        var own = Of(client);
        var entries = own.Concat(
            client.Length == 0 ? [] : Of("").Where(all => !own.Any(one => one.Kind == all.Kind && one.IsFor(all.Methods))));
        foreach (var kind in entries.GroupBy(entry => entry.Kind).OrderBy(kind => kind.First().Order))
        {
            var before = new List<MethodSelector>();
            foreach (var entry in kind.OrderBy(entry => ReferenceEquals(entry.Methods, MethodSelector.All)))
            {
                yield return (entry, before.Count == 0 ? entry.Methods : entry.Methods.Except([.. before]));
                before.Add(entry.Methods);
            }
        }
    }
}
