namespace Interceptors.Discovery.AspNetCore;

/// <summary>The last changes, found by comparing one reading with the next. Used by one reader at a time.</summary>
internal sealed class RecentChanges(int most)
{
    private readonly Queue<ChangeView> _changes = new();
    private Dictionary<(long Channel, string Subject, string Part), string> _before = [];
    private bool _isFirst = true;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<ChangeView> All => [.. _changes.Reverse()];

    public void Compare(DateTimeOffset now, IReadOnlyList<TargetView> targets, IReadOnlyList<RegistrationView> registrations)
    {
        Dictionary<(long Channel, string Subject, string Part), string> facts = [];
        foreach (var target in targets)
            State(facts, target);
        // By its number: a service that is paused has no address.
        foreach (var ofService in registrations.GroupBy(registration => registration.Service))
        {
            foreach (var (number, registration) in ofService.Index())
                facts[(0, $"registration {ofService.Key}", number == 0 ? "" : $"({number + 1})")] =
                    registration.Problem is null ? registration.State : $"{registration.State}: {registration.Problem}";
        }

        // What is there at the first look is no change.
        if (!_isFirst)
        {
            foreach (var ((_, subject, part), _) in _before.Where(fact => !facts.ContainsKey(fact.Key)))
                Add(now, subject, part, "gone");
            foreach (var ((channel, subject, part), what) in facts)
            {
                if (!_before.TryGetValue((channel, subject, part), out var earlier))
                    Add(now, subject, part, $"new: {what}");
                else if (earlier != what)
                    Add(now, subject, part, $"{earlier} → {what}");
            }
        }

        (_before, _isFirst) = (facts, false);
    }

    private static void State(Dictionary<(long Channel, string Subject, string Part), string> facts, TargetView target)
    {
        facts[(target.Id, target.Target, "")] = target.StaleReason is null
            ? target.State
            : $"{target.State}, list not confirmed: {target.StaleReason}";
        foreach (var endpoint in target.Endpoints)
        {
            var zone = endpoint.Zone is null ? "" : $", zone {endpoint.Zone}";
            var held = endpoint.IsHeld ? ", off the list" : "";
            facts[(target.Id, target.Target, endpoint.Address)] = $"{endpoint.State}, weight {endpoint.Weight}{zone}{held}";
        }
    }

    private void Add(DateTimeOffset now, string subject, string part, string what)
    {
        if (most == 0)
            return;
        if (_changes.Count == most)
            _changes.Dequeue();
        _changes.Enqueue(new ChangeView(now, part.Length == 0 ? subject : $"{subject} {part}", what));
    }
}
