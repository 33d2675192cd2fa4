using System.Diagnostics;
using Demo;
using Quickstart.Narration;

namespace Quickstart.Scenes;

/// <summary>A fourth greeter starts, and running clients call it.</summary>
internal sealed class ServerJoins : IScene
{
    public string Promise => "A server that joins gets calls";

    public async Task<Measurement> PlayAsync(Stage stage, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var joining = await stage.AddGreeterAsync(stop);
        stage.Narrator.Say($"{joining.Name} accepts calls on {joining.Address} after {clock.ElapsedMilliseconds} ms");
        while (clock.Elapsed < Stage.Patience)
        {
            var reply = await stage.Greeter.SayHelloAsync(new HelloRequest { Name = "Barbara" }, cancellationToken: stop);
            if (reply.Instance == joining.Address)
                return new Measurement(true, $"first call {clock.ElapsedMilliseconds} ms after its start");
            await Task.Delay(TimeSpan.FromMilliseconds(1), stop);
        }

        return new Measurement(false, $"no call within {Stage.Patience.TotalSeconds} s");
    }
}
