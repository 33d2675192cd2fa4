namespace Interceptors.Discovery.Tests;

/// <summary>A source that says what the test says.</summary>
internal sealed class ScriptedConfig : IServiceConfigSource
{
    private readonly LatestValue<ServiceConfigReading> _readings = new();

    public string Name => "script";

    public void Say(string json) => _readings.Publish(ServiceConfigReading.Of(Configured.Bytes(json)));

    public IAsyncEnumerable<ServiceConfigReading> FollowAsync(CancellationToken cancellationToken) =>
        _readings.ReadAllAsync(cancellationToken);
}
