namespace Interceptors.Soak.Faults;

/// <summary>A server that was killed (SIGKILL).</summary>
/// <param name="Address">Where it was.</param>
/// <param name="Sent">When the signal was sent, on the clock of the run.</param>
/// <param name="Done">When its process had ended.</param>
internal sealed record Kill(string Address, TimeSpan Sent, TimeSpan Done);
