using System.Diagnostics;
using Quickstart.Clients;
using Quickstart.Narration;

namespace Quickstart.Scenes;

/// <summary>A greeter is told to stop while eight workers call as fast as they can, half of them through the gateway.</summary>
internal sealed class ServerLeaves : IScene
{
    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(1);

    public string Promise => "A server that leaves under load fails no call";

    public async Task<Measurement> PlayAsync(Stage stage, CancellationToken stop)
    {
        var leaving = stage.Greeters[0];
        await using var load = new Load(
            Enumerable.Repeat(stage.QuietGreeter, 4).Concat(Enumerable.Repeat(stage.QuietGateway, 4)), pause: TimeSpan.Zero);
        await Task.Delay(Before, stop);
        // While the registry is away nobody can see that a server leaves.
        await stage.Registry.WaitAsync(_ => true, Stage.Patience, stop);

        var before = load.AnsweredBy(leaving.Address);
        stage.Narrator.Say($"{leaving.Name} has answered {before} of {load.Calls} calls, and is told to stop");
        var clock = Stopwatch.StartNew();
        await leaving.DisposeAsync();
        stage.Narrator.Say(
            $"{leaving.Name} has stopped after {clock.ElapsedMilliseconds} ms, and answered {load.AnsweredBy(leaving.Address) - before} "
                + "more calls on its way out");
        await Task.Delay(After, stop);
        await load.DisposeAsync();

        return new Measurement(load.Failed == 0 && before > 0, load.ToString());
    }
}
