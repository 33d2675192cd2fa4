using System.Diagnostics.Metrics;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

/// <summary>Opens channels under the service config that options say.</summary>
/// <param name="reader">Reads configs.</param>
/// <param name="findEtcd">The client of a cluster, by its name; null if there is no such cluster.</param>
/// <param name="meters">Makes the meter; null for the meter of the process.</param>
internal sealed class ConfiguredChannels(ServiceConfigReader reader, Func<string, EtcdClient?> findEtcd, IMeterFactory? meters)
{
    private readonly ServiceConfigMetrics _metrics = new(meters);

    /// <exception cref="ArgumentException">The options or the config are wrong.</exception>
    /// <exception cref="InvalidOperationException">The cluster is not configured.</exception>
    public ConfiguredChannel Open(
        string target, ServiceConfigOptions options, string defaultPolicy, Func<ServiceConfig, OpenChannel> open, ILogger logger)
    {
        if (options.Problems().FirstOrDefault() is { } problem)
            throw Invalid(problem);
        var source = SourceOf(options, out var first, out var firstJson);
        var settings = new ServiceConfigSettings
        {
            Target = target,
            First = first,
            FirstJson = firstJson,
            Reader = reader,
            DefaultPolicy = defaultPolicy,
            Metrics = _metrics,
            WaitForFirst = options.WaitForEtcd,
        };
        return new ConfiguredChannel(settings, source, open, logger);
    }

    private IServiceConfigSource? SourceOf(ServiceConfigOptions options, out ServiceConfigDocument first, out ReadOnlyMemory<byte>? firstJson)
    {
        firstJson = null;
        if (options.File is { } path)
        {
            var file = new FileServiceConfig(path, options.FilePollInterval);
            var reading = file.Read();
            if (reading.Json is not { } json)
                throw Invalid($"{nameof(options.File)} is '{path}', which can't be read: {reading.Problem} Put the file there first.");
            first = Read(() => reader.Read(json), $"{nameof(options.File)} '{path}'");
            firstJson = json;
            return file;
        }

        first = options.Json is { } text ? Read(() => reader.Read(text), nameof(options.Json)) : ServiceConfigDocument.Empty;
        if (options.EtcdKey is not { } key)
            return null;
        var client = findEtcd(options.EtcdCluster) ?? throw new InvalidOperationException(
            $"{nameof(DiscoveryChannelOptions)}.ServiceConfig.{nameof(options.EtcdKey)} needs the etcd cluster '{options.EtcdCluster}', "
            + "which is not configured. Call AddEtcdDiscovery or UseEtcd, with that name as its cluster.");
        return new EtcdServiceConfig(client, key);
    }

    private static ServiceConfigDocument Read(Func<ServiceConfigDocument> read, string option)
    {
        try
        {
            return read();
        }
        catch (ServiceConfigException e)
        {
            throw Invalid($"{option} is no service config that can be used: {e.Message}");
        }
    }

    private static ArgumentException Invalid(string problem) => new($"{nameof(DiscoveryChannelOptions)}.ServiceConfig.{problem}");
}
