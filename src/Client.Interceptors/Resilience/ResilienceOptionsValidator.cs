using Grpc.Core;

namespace Interceptors.Client;

internal sealed class ResilienceOptionsValidator : OptionsValidator<ResilienceOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);

    protected override IEnumerable<string> Problems(ResilienceOptions options)
    {
        var failures = new List<string>();
        Require(options.AttemptTimeout is not { } timeout || timeout > TimeSpan.Zero, "AttemptTimeout", options.AttemptTimeout,
            "a positive time, or null for none");
        if (options.Retry is { } retry)
        {
            Require(retry.MaxAttempts is >= 2 and <= 100, "Retry.MaxAttempts", retry.MaxAttempts, "2 to 100, or no Retry at all");
            Require(retry.BaseDelay >= TimeSpan.Zero, "Retry.BaseDelay", retry.BaseDelay, "zero or more");
            Require(retry.MaxDelay >= retry.BaseDelay && retry.MaxDelay <= Day, "Retry.MaxDelay", retry.MaxDelay,
                "BaseDelay or more, at most a day");
            Require(retry.MaxPushback >= TimeSpan.Zero && retry.MaxPushback <= Day, "Retry.MaxPushback", retry.MaxPushback,
                "zero or more, at most a day");
            Require(retry.Jitter is >= 0 and <= 1, "Retry.Jitter", retry.Jitter, "0 to 1");
            RequirePatterns(retry.IdempotentMethods, "Retry.IdempotentMethods");
            RequireCodes(retry.Codes, "Retry.Codes");
            Require(retry.Budget is not { MaxTokens: < 1 or > 1000 }, "Retry.Budget.MaxTokens", retry.Budget?.MaxTokens,
                "1 to 1000, or no Budget at all");
            Require(retry.Budget is not { TokenRatio: not (>= 0.001 and <= 1000) }, "Retry.Budget.TokenRatio", retry.Budget?.TokenRatio,
                "0.001 to 1000");
        }
        if (options.CircuitBreaker is { } circuit)
        {
            Require(circuit.FailureRatio is > 0 and <= 1, "CircuitBreaker.FailureRatio", circuit.FailureRatio, "more than 0, at most 1");
            Require(circuit.MinimumThroughput >= 2, "CircuitBreaker.MinimumThroughput", circuit.MinimumThroughput, "2 or more");
            Require(circuit.SamplingDuration >= Shortest && circuit.SamplingDuration <= Day, "CircuitBreaker.SamplingDuration",
                circuit.SamplingDuration, "0.5 s to a day");
            Require(circuit.BreakDuration >= Shortest && circuit.BreakDuration <= Day, "CircuitBreaker.BreakDuration",
                circuit.BreakDuration, "0.5 s to a day");
            RequirePatterns(circuit.Methods, "CircuitBreaker.Methods");
            RequireCodes(circuit.Codes, "CircuitBreaker.Codes");
        }
        if (options.Concurrency is { } limit)
        {
            Require(limit.MaxCalls >= 1, "Concurrency.MaxCalls", limit.MaxCalls, "1 or more, or no Concurrency at all");
            Require(limit.QueueLength >= 0, "Concurrency.QueueLength", limit.QueueLength, "0 or more");
            RequirePatterns(limit.Methods, "Concurrency.Methods");
        }
        return failures;

        void Require(bool holds, string option, object? value, string fix)
        {
            if (!holds)
                failures.Add(FormattableString.Invariant($"{option} is {value}. Give {fix}."));
        }

        void RequireCodes(IEnumerable<StatusCode> codes, string option)
        {
            foreach (var code in codes)
                Require(Enum.IsDefined(code) && code is not (StatusCode.OK or StatusCode.Cancelled), option, code,
                    "statuses that are failures of the server");
        }

        void RequirePatterns(IEnumerable<string> patterns, string option) =>
            failures.AddRange(patterns.Select(MethodSelector.PatternProblem).OfType<string>().Select(problem => $"{option}: {problem}"));
    }
}
