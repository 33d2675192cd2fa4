using System.Globalization;
using Demo;
using Quickstart.Narration;

namespace Quickstart.Scenes;

/// <summary>Round robin: each greeter gets as many calls as the others.</summary>
internal sealed class EvenSpread : IScene
{
    private const int CallsPerGreeter = 100;

    public string Promise => "Calls spread evenly over the servers";

    public async Task<Measurement> PlayAsync(Stage stage, CancellationToken stop)
    {
        var waiting = stage.Greeters.Select(greeter => greeter.Address).ToHashSet();
        // A channel begins with the first connection that stands; all three stand a moment later.
        while (waiting.Count > 0)
            waiting.Remove(await CallAsync(stage, stop));

        var counts = stage.Greeters.ToDictionary(greeter => greeter.Address, _ => 0);
        for (var i = 0; i < CallsPerGreeter * stage.Greeters.Count; i++)
            counts[await CallAsync(stage, stop)]++;

        foreach (var greeter in stage.Greeters)
        {
            var count = counts[greeter.Address];
            stage.Narrator.Say($"{greeter.Name,-10} {greeter.Address,-16} {count,4} calls  {new string('#', count / 4)}");
        }

        return new Measurement(
            counts.Values.Max() - counts.Values.Min() <= CallsPerGreeter / 20,
            string.Join(" / ", counts.Values.Select(count => count.ToString(CultureInfo.InvariantCulture))));
    }

    private static async Task<string> CallAsync(Stage stage, CancellationToken stop) =>
        (await stage.Greeter.SayHelloAsync(new HelloRequest { Name = "Ada" }, cancellationToken: stop)).Instance;
}
