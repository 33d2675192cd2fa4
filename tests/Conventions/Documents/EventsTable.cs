using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Conventions.Tests;

/// <summary>The log messages of a package as a table.</summary>
internal static class EventsTable
{
    /// <param name="package">The package.</param>
    /// <param name="first">The first id.</param>
    /// <param name="last">The last id.</param>
    public static string Of(string package, int first, int last)
    {
        var rows = from message in Of(Assembly.Load(package))
                   where message.EventId >= first && message.EventId <= last
                   orderby message.EventId
                   let text = message.Message.Replace("|", "\\|", StringComparison.Ordinal)
                   select $"| {message.EventId} | `{message.EventName}` | {LevelOf(message)} | {text} |";
        return $"| id | event | level | message |\n|---|---|---|---|\n{string.Join('\n', rows)}";
    }

    public static IEnumerable<LoggerMessageAttribute> Of(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        let declared = method.GetCustomAttribute<LoggerMessageAttribute>()
        where declared is not null
        select declared;

    private static string LevelOf(LoggerMessageAttribute message) => Enum.IsDefined(message.Level) ? $"{message.Level}" : "by outcome";
}
