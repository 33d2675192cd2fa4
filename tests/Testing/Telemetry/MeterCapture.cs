using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Interceptors.Testing;

public sealed record Measurement(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);

/// <summary>Listens to one meter factory's meters of one name and keeps every measurement.</summary>
public sealed class MeterCapture : IMeterFactory
{
    private readonly ConcurrentQueue<Measurement> _measurements = new();
    private readonly ConcurrentDictionary<string, Meter> _meters = new();
    private readonly MeterListener _listener = new();

    public MeterCapture(string meterName)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meterName && ReferenceEquals(instrument.Meter.Scope, this))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<Measurement> Of(string instrument) =>
        [.. _measurements.Where(measurement => measurement.Instrument == instrument)];

    /// <summary>Asks the instruments that are only asked, and gives what this one says.</summary>
    public IReadOnlyList<Measurement> Observe(string instrument)
    {
        lock (_listener)
        {
            var before = _measurements.Count;
            _listener.RecordObservableInstruments();
            return [.. _measurements.Skip(before).Where(measurement => measurement.Instrument == instrument)];
        }
    }

    /// <summary>Makes the meters that this one listens to; give it to what is under test.</summary>
    public Meter Create(MeterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _meters.GetOrAdd(options.Name, _ => new Meter(new MeterOptions(options.Name)
        {
            Version = options.Version,
            Tags = options.Tags,
            TelemetrySchemaUrl = options.TelemetrySchemaUrl,
            Scope = this,
        }));
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var meter in _meters.Values)
            meter.Dispose();
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var copy = new Dictionary<string, object?>();
        foreach (var (key, tag) in tags)
            copy[key] = tag;
        _measurements.Enqueue(new Measurement(instrument.Name, value, copy));
    }
}
