using Interceptors.Propagation;
using Quickstart.Clients;
using Quickstart.Narration;
using Quickstart.Registries;
using Quickstart.Scenes;
using Quickstart.Servers;

namespace Quickstart;

/// <summary>The demo from its first server to its last.</summary>
internal sealed class Performance(Registry registry, Narrator narrator, bool showsPage)
{
    private static readonly IScene[] Scenes =
    [
        new EvenSpread(), new OneTraceId(), new JoinedMetadata(), new TimedCalls(), new CleanFailure(), new ServerJoins(),
        new ServerLeaves(),
    ];

    private readonly List<(string Promise, Measurement Measured)> _results = [];

    /// <returns>Whether each promise held.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        narrator.Heading("Three greeters, a gateway, a client");
        await registry.StartAsync(stop);
        CallExplanation? crashed;
        string? pageAddress;
        await using (var stage = new Stage(registry, narrator))
        {
            await stage.SetAsync(stop);
            await using var page = showsPage ? await DemoPage.StartAsync(registry) : null;
            if (page is not null)
                narrator.Note($"The discovery page is at {page.Address} while the demo runs.");
            await using var background = new Load([stage.QuietGreeter, stage.QuietGateway], TimeSpan.FromMilliseconds(20));
            await Narrator.PauseAsync(stop);
            foreach (var scene in Scenes)
            {
                await ConcludeAsync(scene.Promise, () => PlayAsync(scene, stage, stop));
                await Narrator.PauseAsync(stop);
            }

            await ConcludeAsync("No call fails from beginning to end", () => EndAsync(background));
            (crashed, pageAddress) = (stage.Crashed, page?.Address);
        }

        await ConcludeAsync("Nothing stays registered", () => LeftAsync(stop));
        narrator.Summary(_results);
        if (crashed is not null)
            narrator.Note($"The call of 5 that crashed, explained: {crashed}");
        if (pageAddress is not null)
            narrator.Note($"The discovery page was at {pageAddress}.");
        return _results.TrueForAll(result => result.Measured.Held);
    }

    private async Task ConcludeAsync(string promise, Func<Task<Measurement>> measure)
    {
        narrator.Heading($"{_results.Count + 1}. {promise}");
        var measured = await measure();
        narrator.Verdict(measured);
        _results.Add((promise, measured));
    }

    private static async Task<Measurement> PlayAsync(IScene scene, Stage stage, CancellationToken stop)
    {
        try
        {
            return await scene.PlayAsync(stage, stop);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            // Whatever a scene stumbles over, its promise did not hold, and the others are still to be seen.
            return new Measurement(false, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task<Measurement> EndAsync(Load background)
    {
        await background.DisposeAsync();
        var outages = registry.Outages == 0 ? "" : $", outages of the registry: {registry.Outages}";
        return new Measurement(background.Failed == 0 && background.Calls > 0, background + outages);
    }

    private async Task<Measurement> LeftAsync(CancellationToken stop)
    {
        try
        {
            await registry.WaitAsync(snapshot => snapshot.Endpoints.IsEmpty, Stage.Patience, stop);
            return new Measurement(true, "0 greeters left");
        }
        catch (TimeoutException exception)
        {
            return new Measurement(false, exception.Message);
        }
    }
}
