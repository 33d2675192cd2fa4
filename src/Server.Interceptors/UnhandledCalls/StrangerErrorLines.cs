using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Interceptors.Server;

/// <summary>
/// Bounds the Error lines of gRPC's own server. It writes one, with a stack trace, for each request that it can't decode, and whoever sends
/// one need not be authenticated. About one line in ten seconds stays for each logger provider, and so do all lower levels; each call is
/// logged by the kit at Information anyway. A filter of the user's own for the category takes the place of this one.
/// </summary>
internal sealed class StrangerErrorLines(TimeProvider? timeProvider = null) : IPostConfigureOptions<LoggerFilterOptions>
{
    public const string Category = "Grpc.AspNetCore.Server.ServerCallHandler";

    // A logger asks twice for a line: whether it is enabled, and again when it is written.
    private const int AskedForLine = 2;

    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, Window> _providers = new(StringComparer.Ordinal);

    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        if (options.Rules.Any(static rule => rule.CategoryName == Category))
            return;
        var general = Longest(options);
        options.Rules.Add(new LoggerFilterRule(
            providerName: null, Category, general?.LogLevel ?? (general is null ? options.MinLevel : null),
            (provider, category, level) => general?.Filter?.Invoke(provider, category, level) != false
                && (level < LogLevel.Error || _providers.GetOrAdd(provider ?? "", static _ => new Window()).Allows(_time))));
    }

    /// <summary>The rule that holds for the category without this one.</summary>
    private static LoggerFilterRule? Longest(LoggerFilterOptions options) => options.Rules
        .Where(static rule => rule.ProviderName is null
            && (rule.CategoryName is null || Category.StartsWith(rule.CategoryName, StringComparison.OrdinalIgnoreCase)))
        .Reverse().MaxBy(static rule => rule.CategoryName?.Length ?? 0);

    private sealed class Window
    {
        private readonly Lock _lock = new();
        private long _end = long.MinValue;
        private int _allowed;

        public bool Allows(TimeProvider time)
        {
            lock (_lock)
            {
                var now = time.GetTimestamp();
                if (now >= _end)
                {
                    _end = now + (long)(LogThrottle.Interval.TotalSeconds * time.TimestampFrequency);
                    _allowed = 0;
                }
                return ++_allowed <= AskedForLine;
            }
        }
    }
}
