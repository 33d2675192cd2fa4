namespace Quickstart.Servers;

/// <summary>How long a greeter takes to answer.</summary>
internal sealed record Pace(TimeSpan Time);
