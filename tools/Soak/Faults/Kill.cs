namespace Interceptors.Soak.Faults;

/// <summary>A server that was killed (SIGKILL).</summary>
/// <param name="Sent">When the signal was sent, on the clock of the run.</param>
/// <param name="Done">When its process had ended.</param>
internal sealed record Kill(TimeSpan Sent, TimeSpan Done);
