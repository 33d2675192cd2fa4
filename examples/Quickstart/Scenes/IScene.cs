using Quickstart.Narration;

namespace Quickstart.Scenes;

/// <summary>Shows one promise, and measures whether it holds.</summary>
internal interface IScene
{
    string Promise { get; }

    Task<Measurement> PlayAsync(Stage stage, CancellationToken stop);
}
