using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Conventions.Tests;

/// <summary>A log message as its method declares it.</summary>
internal sealed record LogMessage(string Method, int Id, string? Name)
{
    public static IReadOnlyList<LogMessage> Of(Assembly assembly) =>
    [
        .. from type in assembly.GetTypes()
           from method in type.GetMethods(
               BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
           let declared = method.GetCustomAttribute<LoggerMessageAttribute>()
           where declared is not null
           select new LogMessage($"{type.Name}.{method.Name}", declared.EventId, declared.EventName),
    ];
}
