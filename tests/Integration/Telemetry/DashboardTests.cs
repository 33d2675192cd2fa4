using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Grpc.Core;
using Interceptors.Discovery;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Integration.Tests;

/// <summary>The dashboard and the alert rules of the docs ask for what is emitted, under the names that Prometheus gives it.</summary>
public sealed partial class DashboardTests
{
    // What Prometheus adds, and what scraping does.
    private static readonly string[] OtherLabels = ["le", "job", "instance"];

    [Fact]
    public async Task Each_metric_and_label_of_the_queries_is_emitted()
    {
        using var emitted = new Emitted();
        await EmitAsync(emitted);

        var queries = Read("dashboard.json") + Read("alerts.yaml");
        var metrics = Metric().Matches(queries).Select(match => match.Value).Distinct()
            .Where(name => !emitted.Labels.Contains(name)).ToList();
        Assert.True(metrics.Count >= 10, "The queries were not found.");
        Assert.Empty(metrics.Except(emitted.Metrics));

        var labels = Labels().Matches(queries).SelectMany(match => match.Groups["names"].Value.Split(','))
            .Concat(Matchers().Matches(queries).Select(match => match.Groups["name"].Value))
            .Select(name => name.Trim()).Where(name => name.Length > 0).Distinct().ToList();
        Assert.True(labels.Count >= 8, "The labels were not found.");
        Assert.Empty(labels.Except(emitted.Labels).Except(OtherLabels));
    }

    /// <summary>Lets everything happen once that the queries ask for.</summary>
    private static async Task EmitAsync(Emitted emitted)
    {
        var registry = new InMemoryServiceRegistry();
        await using var server = await ProbeServer.StartAsync(services =>
        {
            services.AddServerInterceptors().AddStandard().AddLimits(o => o.Server = new() { MaxConcurrentCalls = 1 });
            services.AddInMemoryDiscovery(registry).AddServiceRegistration("probe");
            services.AddDiscoveryClient<Probe.ProbeClient>("memory:///probe", o => o.WaitForReady = true)
                .AddStandardInterceptors().AddResilience(o => o.UseRecommended());
        });
        var client = server.Services.GetRequiredService<Probe.ProbeClient>();
        await client.UnaryAsync(new ProbeRequest());
        await Assert.ThrowsAsync<RpcException>(
            () => client.UnaryAsync(new ProbeRequest { Ending = Ending.ThrowException }).ResponseAsync);
        var holds = new TaskCompletionSource();
        server.Observer.OnCall = _ => holds.Task;
        var held = client.UnaryAsync(new ProbeRequest()).ResponseAsync;
        await Eventually.True(() => server.Observer.Running > 0, "the limit is reached");
        await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new ProbeRequest()).ResponseAsync);
        emitted.ReadGauges();
        holds.SetResult();
        await held;
    }

    private static string Read(string file) => File.ReadAllText(Repository.PathOf("docs", "telemetry", file));

    [GeneratedRegex(@"\b(rpc|interceptors)_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"\bby \((?<names>[a-z_, ]+)\)")]
    private static partial Regex Labels();

    [GeneratedRegex(@"[{,] ?(?<name>[a-z_]+)(=~|!=|=)")]
    private static partial Regex Matchers();

    /// <summary>The instruments of the kit and their tags, as OpenTelemetry's exporter for Prometheus names them.</summary>
    private sealed class Emitted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly HashSet<string> _labels = [];

        public Emitted()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (!instrument.Meter.Name.StartsWith("Interceptors.", StringComparison.Ordinal))
                    return;
                lock (_labels)
                    Metrics.UnionWith(NamesOf(instrument));
                listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Keep(tags));
            _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Keep(tags));
            _listener.SetMeasurementEventCallback<int>((_, _, tags, _) => Keep(tags));
            _listener.Start();
        }

        public HashSet<string> Metrics { get; } = [];

        public IReadOnlyCollection<string> Labels
        {
            get
            {
                lock (_labels)
                    return [.. _labels];
            }
        }

        public void ReadGauges() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();

        private static IEnumerable<string> NamesOf(Instrument instrument)
        {
            var name = Named(instrument.Name) + (instrument.Unit == "s" ? "_seconds" : "");
            var type = instrument.GetType().Name;
            return type.StartsWith("Histogram", StringComparison.Ordinal) ? [$"{name}_bucket", $"{name}_count", $"{name}_sum"]
                : type.StartsWith("Counter", StringComparison.Ordinal) ? [$"{name}_total"]
                : [name];
        }

        private static string Named(string name) => name.Replace('.', '_');

        private void Keep(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (_labels)
            {
                foreach (var tag in tags)
                    _labels.Add(Named(tag.Key));
            }
        }
    }
}
