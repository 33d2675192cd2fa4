namespace Interceptors.Discovery.AspNetCore;

/// <summary>Reads what the page shows from the channels and registrations of this process.</summary>
internal sealed class PageReader(
    DiscoveryChannelFactory? channels, HostRegistrations? registrations, DiscoveryPageOptions options, string application,
    TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly CallRates _rates = new(time);
    private readonly RecentChanges _changes = new(options.MaxChanges);

    public PageState Read()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            TargetView[] targets = [.. (channels?.Inspect() ?? []).Select(target => ViewOf(target, now))];
            _rates.EndReading();
            RegistrationView[] registered = [.. registrations?.All.SelectMany(ViewsOf) ?? []];
            _changes.Compare(now, targets, registered);
            return new PageState(application, now, targets, registered, _changes.All);
        }
    }

    private TargetView ViewOf(TargetInspection target, DateTimeOffset now) => new(
        target.Id, ShownText.Of(target.Target)!, ShownText.Of(target.Policy)!, NameOf(target.State.ToString()),
        target.ListReceived,
        target.ListReceived is { } received ? Rounded(Math.Max(0, (now - received).TotalSeconds)) : null,
        target.StaleSince, ShownText.Of(target.StaleReason),
        target.Endpoints.Count,
        [.. target.Endpoints.Take(options.MaxEndpoints).Select(endpoint => ViewOf(endpoint, target.Id))]);

    private EndpointView ViewOf(EndpointInspection inspected, long channel)
    {
        var endpoint = inspected.Endpoint;
        var calls = inspected.Calls ?? CallCounts.None;
        var (recent, seconds) = _rates.Recent(channel, endpoint.Address, calls);
        return new EndpointView(
            ShownText.Of(endpoint.Address)!, NameOf(inspected.Condition.ToString()), ShownText.Of(inspected.Problem), inspected.IsHeld,
            inspected.Weight, ShownText.Of(endpoint.Zone), ShownText.Of(endpoint.Version), [.. endpoint.Tags.Select(t => ShownText.Of(t)!)],
            MetadataOf(endpoint), inspected.InFlight, calls.Calls, calls.Failed,
            Rounded(recent.Calls / seconds), Rounded(recent.Failed / seconds),
            recent.Calls == 0 ? null : Rounded(recent.Mean.TotalMilliseconds),
            recent.Calls == 0 ? null : Rounded(recent.Quantile(0.95).TotalMilliseconds));
    }

    private Dictionary<string, string> MetadataOf(DiscoveryEndpoint endpoint)
    {
        Dictionary<string, string> shown = [];
        foreach (var (key, value) in endpoint.Metadata)
        {
            if (options.MetadataKeys.Contains(key))
                shown[ShownText.Of(key)!] = ShownText.Of(value)!;
        }

        return shown;
    }

    private static IEnumerable<RegistrationView> ViewsOf(HostedRegistration hosted)
    {
        var current = hosted.Current;
        if (current.Count == 0)
            return [new RegistrationView(hosted.Service, Id: null, Address: null, NameOf(hosted.Reasons.ToString()), null, null, null)];
        return current.Select(registration => new RegistrationView(
            hosted.Service, registration.Instance.Id, registration.Instance.Endpoint.Address, NameOf(registration.State.ToString()),
            ShownText.Of(registration.Problem), registration.Instance.Endpoint.Weight, ShownText.Of(registration.Instance.Endpoint.Zone)));
    }

    /// <summary><c>transient failure</c> for <c>TransientFailure</c>.</summary>
    private static string NameOf(string member) =>
        string.Concat(member.Select((c, i) =>
            char.IsUpper(c) ? (i > 0 && member[i - 1] != ' ' ? " " : "") + char.ToLowerInvariant(c) : $"{c}"));

    private static double Rounded(double number) => Math.Round(number, number < 10 ? 2 : 1);
}
