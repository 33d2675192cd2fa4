namespace Interceptors.Discovery;

/// <summary>Finds the service config that options say.</summary>
/// <param name="reader">Reads configs.</param>
/// <param name="findEtcd">The client of a cluster, by its name; null if there is no such cluster.</param>
internal sealed class ServiceConfigStarts(ServiceConfigReader reader, Func<string, EtcdClient?> findEtcd)
{
    public ServiceConfigReader Reader => reader;

    /// <exception cref="ArgumentException">The options or the config are wrong.</exception>
    /// <exception cref="InvalidOperationException">The cluster is not configured.</exception>
    public ServiceConfigStart Find(ServiceConfigOptions options)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw Invalid(problem);
        if (options.File is { } path)
        {
            var file = new FileServiceConfig(path, options.FilePollInterval);
            var reading = file.Read();
            if (reading.Json is not { } json)
                throw Invalid($"{nameof(options.File)} is '{path}', which can't be read: {reading.Problem} Put the file there first.");
            return new ServiceConfigStart(Read(() => reader.Read(json), $"{nameof(options.File)} '{path}'"), json, file);
        }

        var first = options.Json is { } text ? Read(() => reader.Read(text), nameof(options.Json)) : ServiceConfigDocument.Empty;
        if (options.EtcdKey is not { } key)
            return new ServiceConfigStart(first, Json: null, Source: null);
        var client = findEtcd(options.EtcdCluster) ?? throw new InvalidOperationException(
            $"{nameof(DiscoveryChannelOptions)}.ServiceConfig.{nameof(options.EtcdKey)} needs the etcd cluster '{options.EtcdCluster}', "
            + "which is not configured. Call AddEtcdDiscovery or UseEtcd, with that name as its cluster.");
        return new ServiceConfigStart(first, Json: null, new EtcdServiceConfig(client, key));
    }

    private static ServiceConfigDocument Read(Func<ServiceConfigDocument> read, string option)
    {
        try
        {
            return read();
        }
        catch (ServiceConfigException exception)
        {
            throw Invalid($"{option} is no service config that can be used: {exception.Message}");
        }
    }

    private static ArgumentException Invalid(string problem) => new($"{nameof(DiscoveryChannelOptions)}.ServiceConfig.{problem}");
}
