using System.Reflection;

namespace Interceptors.Conventions.Tests;

/// <summary>Events keep their ids and names, by which people filter: each package has a thousand ids.</summary>
public sealed class LogMessagesTests
{
    private const int IdsOfPackage = 1000;

    private static readonly Dictionary<string, int> FirstIds = new()
    {
        ["Interceptors.Client"] = 1000,
        ["Interceptors.Server"] = 2000,
        ["Interceptors.Discovery"] = 3000,
        ["Interceptors.Discovery.AspNetCore"] = 4000,
        ["Interceptors.ServiceDiscovery"] = 5000,
    };

    public static TheoryData<string> Packages { get; } = new(Package.Names);

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_message_has_an_event_name_that_no_other_of_its_package_has(string package)
    {
        var messages = LogMessage.Of(Assembly.Load(package));

        Violations.None(messages.Where(message => string.IsNullOrEmpty(message.Name)));
        Violations.None(Repeated(messages, message => message.Name));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_message_has_an_id_of_its_package_that_no_other_has(string package)
    {
        var messages = LogMessage.Of(Assembly.Load(package));

        var first = FirstIds.GetValueOrDefault(package);
        Violations.None(messages.Where(message => message.Id < first || message.Id >= first + IdsOfPackage || first == 0));
        Violations.None(Repeated(messages, message => message.Id));
    }

    private static IEnumerable<string> Repeated<TKey>(IEnumerable<LogMessage> messages, Func<LogMessage, TKey> key) =>
        from same in messages.GroupBy(key)
        where same.Count() > 1
        select $"{same.Key} is used by {string.Join(" and ", same.Select(message => message.Method))}";
}
