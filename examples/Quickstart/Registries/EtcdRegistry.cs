using Interceptors.Discovery;
using Microsoft.Extensions.Options;
using Quickstart.Narration;
using Quickstart.Options;

namespace Quickstart.Registries;

/// <summary>An etcd: a private one, or one that runs already.</summary>
internal sealed class EtcdRegistry : Registry
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(15);

    private readonly string _endpoints;
    private readonly EndpointFormat _format;
    private readonly PrivateEtcd? _privateEtcd;
    private readonly EtcdEndpointSource _source;

    private EtcdRegistry(string endpoints, EndpointFormat format, EtcdEndpointSource source, PrivateEtcd? privateEtcd, Narrator narrator)
        : base(narrator)
    {
        _format = format;
        _endpoints = endpoints;
        _source = source;
        _privateEtcd = privateEtcd;
    }

    protected override IEndpointSource Source => _source;

    /// <param name="endpoints">The addresses of a running etcd; null starts a private one.</param>
    /// <param name="format">How servers register: plain text carries no weights.</param>
    /// <param name="narrator">Told what becomes of it.</param>
    /// <exception cref="SetupException">The addresses are wrong, or there is no etcd to start.</exception>
    public static EtcdRegistry Open(string? endpoints, EndpointFormat format, Narrator narrator)
    {
        if (endpoints is null)
        {
            var etcd = PrivateEtcd.Start(narrator);
            return new EtcdRegistry(etcd.Endpoint, format, new EtcdEndpointSource(OptionsFor(etcd.Endpoint)), etcd, narrator);
        }

        try
        {
            return new EtcdRegistry(endpoints, format, new EtcdEndpointSource(OptionsFor(endpoints)), privateEtcd: null, narrator);
        }
        catch (OptionsValidationException exception)
        {
            throw new SetupException($"'--etcd {endpoints}' does not work: {exception.Message}");
        }
    }

    public override string TargetOf(string service) => $"etcd:///{service}";

    public override void AddTo(IServiceCollection services) => services.AddEtcdDiscovery(_endpoints, options =>
    {
        Hurry(options);
        options.Format = _format;
    });

    public override async Task StartAsync(CancellationToken stop)
    {
        Narrator.Say($"Discovery goes through etcd at {_endpoints}. Look into it meanwhile:");
        Narrator.Say($"  etcdctl --endpoints {_endpoints} get --prefix /project/service/greeter/");
        if (_privateEtcd is not null)
            Narrator.Say($"Or crash it (it will be restarted): kill -9 {_privateEtcd.ProcessId}");

        try
        {
            await WaitAsync(_ => true, StartBound, stop);
            // A demo that was killed leaves its keys until their leases end.
            await WaitAsync(snapshot => snapshot.Endpoints.IsEmpty, StartBound, stop);
        }
        catch (TimeoutException exception)
        {
            throw new SetupException(
                $"The demo needs an etcd at {_endpoints} that answers and has no greeters of others: {exception.Message}"
                + _privateEtcd?.LastOutput);
        }

        await base.StartAsync(stop);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _source.DisposeAsync();
        if (_privateEtcd is not null)
            await _privateEtcd.DisposeAsync();
    }

    private static EtcdOptions OptionsFor(string endpoints)
    {
        var options = new EtcdOptions();
        foreach (var endpoint in endpoints.Split(',', StringSplitOptions.TrimEntries))
            options.Endpoints.Add(endpoint);
        Hurry(options);
        return options;
    }

    /// <summary>A demo is short: it looks for an etcd that was away sooner than a system of many clients should.</summary>
    private static void Hurry(EtcdOptions options) => options.MaxRetryDelay = TimeSpan.FromMilliseconds(400);
}
