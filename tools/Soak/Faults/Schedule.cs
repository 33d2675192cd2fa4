using Interceptors.Soak.Reports;

namespace Interceptors.Soak.Faults;

/// <summary>One fault after another: all of them in an order of their own, again and again, until the time is up.</summary>
internal sealed class Schedule(Stage stage, Random random, Progress progress)
{
    // What a fault takes at most on a busy machine, so that the last one is over in time.
    private static readonly TimeSpan LongestFault = TimeSpan.FromSeconds(7);

    private readonly List<FaultRecord> _records = [];

    public IReadOnlyList<FaultRecord> Records => _records;

    public async Task RunAsync(TimeSpan until, CancellationToken stop)
    {
        while (true)
        {
            var round = Fault.All(stage).ToArray();
            random.Shuffle(round);
            foreach (var fault in round)
            {
                if (stage.Now + LongestFault > until)
                    return;
                await RunAsync(fault, stop);
                await stage.LastAsync(0.2, 1, stop);
            }
        }
    }

    private async Task RunAsync(Fault fault, CancellationToken stop)
    {
        var record = new FaultRecord(fault.Name, stage.Now);
        _records.Add(record);
        progress.Say(fault.Name);
        try
        {
            await fault.RunAsync(stage, record, stop);
            await stage.RecoverAsync(stop);
            record.End = stage.Now;
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            // The run goes on: what comes after a fault that was not overcome is worth knowing too.
            record.Problem = exception.Message;
            progress.Say($"NOT OVERCOME: {fault.Name}: {exception.Message}");
        }
    }
}
