using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>Counts calls and measures load. Measured by the calls themselves, so that a server without calls costs nothing.</summary>
internal sealed partial class LoadMeter
{
    private readonly Lock _measuring = new();
    private readonly LoadReportingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HashSet<string> _broken = [];
    private long _calls;
    private long _errors;
    private long _since;
    private TimeSpan _cpu;
    private volatile string? _report;

    public LoadMeter(IOptions<LoadReportingOptions> options, ILogger<LoadMeter> logger, TimeProvider? time = null)
    {
        _options = options.Value;
        _logger = logger;
        _time = time ?? TimeProvider.System;
        _since = _time.GetTimestamp();
        _cpu = Environment.CpuUsage.TotalTime;
    }

    /// <summary>Counts a call that has ended.</summary>
    /// <returns>The last report, as it stands in the trailer; null before the first.</returns>
    public string? Count(bool isError)
    {
        Interlocked.Increment(ref _calls);
        if (isError)
            Interlocked.Increment(ref _errors);
        if (_time.GetElapsedTime(Volatile.Read(ref _since)) >= _options.Interval && _measuring.TryEnter())
        {
            try
            {
                Measure();
            }
            finally
            {
                _measuring.Exit();
            }
        }

        return _report;
    }

    private void Measure()
    {
        var now = _time.GetTimestamp();
        var elapsed = _time.GetElapsedTime(_since, now);
        if (elapsed < _options.Interval)
            return;
        var cpu = Environment.CpuUsage.TotalTime;
        var used = (cpu - _cpu) / elapsed / Environment.ProcessorCount;
        (_cpu, _since) = (cpu, now);
        _report = Convert.ToBase64String(Write(
            [
                (1, _options.CpuUtilization is null ? used : Ask(_options.CpuUtilization, nameof(_options.CpuUtilization))),
                (2, Ask(_options.MemoryUtilization, nameof(_options.MemoryUtilization))),
                (6, Interlocked.Exchange(ref _calls, 0) / elapsed.TotalSeconds),
                (7, Interlocked.Exchange(ref _errors, 0) / elapsed.TotalSeconds),
                (9, Ask(_options.ApplicationUtilization, nameof(_options.ApplicationUtilization))),
            ]));
    }

    // What the application's own code throws must break no call.
    private double? Ask(Func<double?>? function, string option)
    {
        try
        {
            var value = function?.Invoke();
            _broken.Remove(option);
            return value is { } number && double.IsFinite(number) && number > 0 ? number : null;
        }
        catch (Exception exception)
        {
            if (_broken.Add(option))
                LogNotMeasured(_logger, exception, option);
            return null;
        }
    }

    /// <summary>xds.data.orca.v3.OrcaLoadReport: of its fields, those that are doubles.</summary>
    private static byte[] Write(ReadOnlySpan<(int Field, double? Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            foreach (var (field, value) in fields)
            {
                if (value is not { } number || number == 0)
                    continue;
                output.WriteTag(field, WireFormat.WireType.Fixed64);
                output.WriteDouble(number);
            }
        }

        return buffer.ToArray();
    }
}
