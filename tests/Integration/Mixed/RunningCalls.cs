using System.Diagnostics.Metrics;

namespace Interceptors.Integration.Tests;

/// <summary>Asks the gauge of running calls once.</summary>
internal static class RunningCalls
{
    public static long Of(IMeterFactory meters)
    {
        long? sum = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "interceptors.server.running_calls" && ReferenceEquals(instrument.Meter.Scope, meters))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => sum = (sum ?? 0) + value);
        listener.Start();
        listener.RecordObservableInstruments();
        return sum ?? throw new InvalidOperationException("There is no such gauge.");
    }
}
