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
        _default = options.CustomFormat ?? EndpointFormats.Create(options.Format, RootOf(options));
        foreach (var (service, own) in options.Services)
            _byService[service] = own.CustomFormat ?? FormatOf(own, options);
    }

    public string PrefixOf(string service) => For(service).PrefixOf(service);

    public bool IsInstanceKey(string service, string key) => For(service).IsInstanceKey(service, key);

    public string KeyOf(ServiceInstance instance) => For(instance.Service).KeyOf(instance);

    public ByteString Write(ServiceInstance instance) => For(instance.Service).Write(instance);

    public EndpointReading Read(string service, ByteString value)
    {
        if (value.Length > MaxValueSize)
            return EndpointReading.Unreadable($"it has {value.Length} bytes; at most {MaxValueSize} are read");
        if (value.IsEmpty)
            return EndpointReading.Unreadable("it is empty");
        try
        {
            return For(service).Read(service, value);
        }
        catch (Exception exception)
        {
            // A format of the user's own. Its exception may repeat the value, which may hold a secret.
            return EndpointReading.Unreadable($"its format throws {exception.GetType().Name}");
        }
    }

    // A prefix that nobody has chosen is no reason to look for services elsewhere than their format puts them.
    private static string RootOf(EtcdOptions options) =>
        options.Prefix == EtcdOptions.DefaultPrefix ? EndpointFormats.RootOf(options.Format) ?? options.Prefix : options.Prefix;

    private static IEndpointFormat FormatOf(EtcdServiceOptions own, EtcdOptions options)
    {
        if (own.Format is not { } format)
            return options.CustomFormat ?? EndpointFormats.Create(options.Format, own.Prefix ?? RootOf(options));
        // Frameworks look under their own root only; etcd's package looks wherever it is told to.
        var isFramework = format is not EndpointFormat.EtcdNaming || options.Prefix == EtcdOptions.DefaultPrefix;
        return EndpointFormats.Create(format, own.Prefix ?? (isFramework ? EndpointFormats.RootOf(format) : null) ?? options.Prefix);
    }

    private IEndpointFormat For(string service) => _byService.GetValueOrDefault(service, _default);
}
