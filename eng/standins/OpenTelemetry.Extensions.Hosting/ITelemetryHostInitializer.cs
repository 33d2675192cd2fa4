namespace OpenTelemetry;

/// <summary>Starts telemetry where no host does.</summary>
public interface ITelemetryHostInitializer
{
    /// <summary>Builds the providers now.</summary>
    void Initialize();
}
