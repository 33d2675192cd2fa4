using System.Collections.Immutable;

namespace Interceptors.Discovery;

/// <summary>How many calls of an endpoint or a target have begun and ended, and how long they took. Immutable.</summary>
public sealed class CallCounts
{
    private readonly ImmutableArray<long> _durations;

    internal CallCounts(long failed, TimeSpan totalTime, ImmutableArray<long> durations)
    {
        Failed = failed;
        TotalTime = totalTime;
        _durations = durations;
        foreach (var count in durations)
            Calls += count;
    }

    /// <summary>No calls.</summary>
    public static CallCounts None { get; } = new(failed: 0, TimeSpan.Zero, []);

    /// <summary>
    /// Calls that have ended, whether they succeeded or failed. Without those that their callers gave up, and those that were not
    /// processed and went to another endpoint.
    /// </summary>
    public long Calls { get; }

    /// <summary>Those of <see cref="Calls"/> in which the endpoint did not do its part, as outlier ejection counts them.</summary>
    public long Failed { get; }

    /// <summary>Calls that have ended otherwise: given up by their callers, or not processed and sent to another endpoint.</summary>
    public long Abandoned { get; internal init; }

    /// <summary>Calls that have begun, whether they have ended or not.</summary>
    public long Started { get; internal init; }

    /// <summary>When the last of them began; null if none has.</summary>
    public DateTimeOffset? LastStarted { get; internal init; }

    /// <summary>The time of all <see cref="Calls"/> together, each from its sending to the end of its response.</summary>
    public TimeSpan TotalTime { get; }

    /// <summary>The average time of a call; zero if there is none.</summary>
    public TimeSpan Mean => Calls == 0 ? TimeSpan.Zero : TotalTime / Calls;

    /// <summary>The time within which a share of the calls has ended, to about an eighth of its value.</summary>
    /// <param name="share">Above 0, at most 1: 0.95 for the time that 95 % of the calls did not exceed.</param>
    /// <returns>The time; zero if there is no call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is not above 0 and at most 1.</exception>
    public TimeSpan Quantile(double share)
    {
        if (share is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share is above 0 and at most 1.");
        var left = (long)Math.Ceiling(share * Calls);
        for (var i = 0; i < _durations.Length; i++)
        {
            left -= _durations[i];
            if (left <= 0 && _durations[i] > 0)
                return CallDurations.Middle(i);
        }

        return TimeSpan.Zero;
    }

    /// <summary>The calls that have ended between two moments.</summary>
    /// <param name="earlier">What was counted at the earlier moment, of the same endpoint.</param>
    /// <returns>The difference.</returns>
    public CallCounts Since(CallCounts earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return earlier._durations.IsEmpty
            ? this
            : new CallCounts(
                Failed - earlier.Failed, TotalTime - earlier.TotalTime, [.. _durations.Zip(earlier._durations, static (now, then) =>
                    now - then)])
            {
                Abandoned = Abandoned - earlier.Abandoned,
                Started = Started - earlier.Started,
                LastStarted = LastStarted,
            };
    }
}
