using Google.Protobuf;

namespace Interceptors.Discovery;

/// <summary>The format of each service, by the options, and what holds for all of them.</summary>
internal sealed class ServiceFormats : IEndpointFormat
{
    /// <summary>Larger values are not even parsed. Real ones have a few hundred bytes; etcd takes up to 1.5 MiB.</summary>
    public const int MaxValueSize = 256 * 1024;

    private readonly IEndpointFormat _default;
    private readonly Dictionary<string, IEndpointFormat> _byService = new(StringComparer.Ordinal);

    public ServiceFormats(EtcdOptions options)
    {
        // A prefix that nobody has chosen is no reason to look for a framework's services elsewhere than it puts them.
        var root = options.Prefix == EtcdOptions.DefaultPrefix ? EndpointFormats.RootOf(options.Format) : null;
        _default = EndpointFormats.Create(options.Format, root ?? options.Prefix);
        foreach (var (service, own) in options.Services)
        {
            var ownRoot = own.Prefix ?? (own.Format is { } chosen ? EndpointFormats.RootOf(chosen) ?? options.Prefix : root ?? options.Prefix);
            _byService[service] = EndpointFormats.Create(own.Format ?? options.Format, ownRoot);
        }
    }

    public string PrefixOf(string service) => For(service).PrefixOf(service);

    public bool IsInstanceKey(string service, string key) => For(service).IsInstanceKey(service, key);

    public string KeyOf(ServiceInstance instance) => For(instance.Service).KeyOf(instance);

    public ByteString Write(ServiceInstance instance) => For(instance.Service).Write(instance);

    public EndpointReading Read(string service, ByteString value)
    {
        if (value.Length > MaxValueSize)
            return EndpointReading.Unreadable($"it has {value.Length} bytes; at most {MaxValueSize} are read");
        return value.IsEmpty ? EndpointReading.Unreadable("it is empty") : For(service).Read(service, value);
    }

    private IEndpointFormat For(string service) => _byService.GetValueOrDefault(service, _default);
}
