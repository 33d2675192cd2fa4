using System.Globalization;
using Interceptors.Soak.Clients;

namespace Interceptors.Soak.Reports;

/// <summary>Says how the run stands: with each fault, and every few seconds.</summary>
internal sealed class Progress(CallRecord record)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private long _callsBefore;
    private TimeSpan _before;

    public void Say(string what)
    {
        lock (_lock)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{record.Now:mm\\:ss}  {what}"));
    }

    public async Task RunAsync(CancellationToken stop)
    {
        (_callsBefore, _before) = (record.Calls, record.Now);
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var (calls, now) = (record.Calls, record.Now);
            var rate = (calls - _callsBefore) / (now - _before).TotalSeconds;
            (_callsBefore, _before) = (calls, now);
            Say(string.Create(CultureInfo.InvariantCulture,
                $"   {calls:N0} calls, {rate:N0}/s, {record.Streams} streams ended, {record.Failures.Count} failed"));
        }
    }
}
