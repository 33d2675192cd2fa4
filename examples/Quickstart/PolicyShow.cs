using Quickstart.Clients;
using Quickstart.Logs;
using Quickstart.Narration;
using Quickstart.Registries;
using Quickstart.Servers;

namespace Quickstart;

/// <summary>One policy at work: who gets the calls of a busy client when one of five servers is slow.</summary>
internal sealed class PolicyShow(string policy, Registry registry, Narrator narrator)
{
    private const int Callers = 20;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Slow = 50 * Quick;
    private static readonly int[] Weights = [100, 100, 200, 300, 100];

    /// <returns>Whether no call failed.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        narrator.Heading($"{policy}: {Weights.Length} greeters, {Callers} callers, {Duration.TotalSeconds} seconds");
        await registry.StartAsync(stop);
        var tape = new LogTape();
        var greeters = new List<DemoServer>();
        try
        {
            for (var i = 0; i < Weights.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                greeters.Add(await DemoServer.StartGreeterAsync($"greeter-{i + 1}", registry, tape, PaceOf(i), Weights[i]));
            }

            await registry.WaitAsync(snapshot => snapshot.Endpoints.Length == greeters.Count, TimeSpan.FromSeconds(20), stop);
            await using var client = new DemoClient(Registry.Greeter, registry, configure: o => o.LoadBalancingPolicy = policy);
            await client.ConnectAsync(stop);
            var load = new Load(Enumerable.Repeat(client.Greeter, Callers), pause: TimeSpan.Zero);
            await using (load)
                await Task.Delay(Duration, stop);
            Show(greeters, load);
            return load.Failed == 0;
        }
        finally
        {
            await Task.WhenAll(greeters.Select(greeter => greeter.DisposeAsync().AsTask()));
        }
    }

    private static TimeSpan PaceOf(int greeter) => greeter == Weights.Length - 1 ? Slow : Quick;

    private void Show(List<DemoServer> greeters, Load load)
    {
        narrator.Say($"{"server",-10} {"weight",6} {"answers in",11} {"calls",7}");
        for (var i = 0; i < greeters.Count; i++)
        {
            var calls = load.AnsweredBy(greeters[i].Address);
            var share = (double)calls / Math.Max(1, load.Calls);
            narrator.Say(
                $"{greeters[i].Name,-10} {Weights[i],6} {PaceOf(i).TotalMilliseconds,8} ms {calls,7}  {share,6:P1}  "
                    + $"{new string('#', (int)(share * 40))}");
        }

        narrator.Say($"{load}; {load.Calls / Duration.TotalSeconds:F0} calls a second");
    }
}
