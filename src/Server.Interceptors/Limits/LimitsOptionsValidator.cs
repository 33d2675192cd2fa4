namespace Interceptors.Server;

/// <summary>Validates <see cref="LimitsOptions"/>.</summary>
internal sealed class LimitsOptionsValidator : OptionsValidator<LimitsOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    protected override IEnumerable<string> Problems(LimitsOptions options)
    {
        var problems = new List<string>();
        Check(options.Server, nameof(options.Server));
        Check(options.EachMethod, nameof(options.EachMethod));
        Check(options.EachCaller, nameof(options.EachCaller));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, limit) in options.Methods)
        {
            var entry = $"{nameof(options.Methods)}['{name}']";
            Require(IsName(name), $"{entry} names neither a method nor a service. Give 'pkg.Service/Method' or 'pkg.Service'.");
            Require(seen.Add(name.TrimStart('/')), $"{entry} is there twice, with and without its leading slash. Leave one.");
            Require(limit is not null, $"{entry} is null. Give it a limit, or name it in {nameof(options.Exempt)}.");
            Check(limit, entry);
        }
        problems.AddRange(
            options.Exempt.Select(MethodPattern.Problem).OfType<string>().Select(problem => $"{nameof(options.Exempt)}: {problem}"));
        Require(options.EachCaller is null || options.CallerKey is not null,
            $"{nameof(options.EachCaller)} is set, but not {nameof(options.CallerKey)}. Give it, for instance to "
            + $"{nameof(CallerKeys)}.{nameof(CallerKeys.PeerAddress)}.");
        Require(options.MaxCallers >= 1, $"{nameof(options.MaxCallers)} is {options.MaxCallers}. Give 1 or more.");
        Require(options.RetryPushback is not { } pushback || (pushback >= TimeSpan.Zero && pushback <= Day),
            $"{nameof(options.RetryPushback)} is {options.RetryPushback}. Give zero to a day, or null for none.");
        return problems;

        void Check(CallLimit? limit, string option)
        {
            if (limit is null)
                return;
            Require(limit.MaxConcurrentCalls is not null || limit.CallsPerPeriod is not null,
                $"{option} limits nothing. Give {nameof(limit.MaxConcurrentCalls)} or {nameof(limit.CallsPerPeriod)}, or leave it out.");
            Require(limit.MaxConcurrentCalls is null or >= 1,
                $"{option}.{nameof(limit.MaxConcurrentCalls)} is {limit.MaxConcurrentCalls}. Give 1 or more, or null for any number.");
            Require(limit.CallsPerPeriod is null or >= 1,
                $"{option}.{nameof(limit.CallsPerPeriod)} is {limit.CallsPerPeriod}. Give 1 or more, or null for any number.");
            Require(limit.Period > TimeSpan.Zero && limit.Period <= Day,
                $"{option}.{nameof(limit.Period)} is {limit.Period}. Give more than zero, at most a day.");
            Require(limit.CallsPerPeriod is not { } calls || calls <= limit.Period.Ticks || limit.Period <= TimeSpan.Zero,
                $"{option}.{nameof(limit.CallsPerPeriod)} is {limit.CallsPerPeriod} in {limit.Period}, more than a clock can tell apart. "
                + $"Give a longer {nameof(limit.Period)}.");
            Require(limit.Burst is null || limit.CallsPerPeriod is not null,
                $"{option}.{nameof(limit.Burst)} is {limit.Burst} without {nameof(limit.CallsPerPeriod)}. "
                + $"Give that too, or leave {nameof(limit.Burst)} out.");
            Require(limit.Burst is null or >= 1,
                $"{option}.{nameof(limit.Burst)} is {limit.Burst}. Give 1 or more, or null for as many as {nameof(limit.CallsPerPeriod)}.");
            Require(limit.QueueLength >= 0, $"{option}.{nameof(limit.QueueLength)} is {limit.QueueLength}. Give 0 or more.");
        }

        void Require(bool holds, string problem)
        {
            if (!holds)
                problems.Add(problem);
        }
    }

    /// <summary>A name as <see cref="MethodPattern"/> knows it, but no pattern: a limit belongs to a method.</summary>
    private static bool IsName(string name) => !name.Contains('*', StringComparison.Ordinal) && MethodPattern.Problem(name) is null;
}
