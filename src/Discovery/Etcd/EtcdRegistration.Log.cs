using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery;

internal sealed partial class EtcdRegistration
{
    [LoggerMessage(3100, LogLevel.Information, "Registered {Address} in etcd as {Key}", EventName = "Registered")]
    private static partial void LogRegistered(ILogger logger, string key, string address);

    [LoggerMessage(3101, LogLevel.Warning,
        "The registration {Key} is being repaired until that works: {Reason}", EventName = "RegistrationBroken")]
    private static partial void LogRepairing(ILogger logger, string key, string reason);

    [LoggerMessage(3102, LogLevel.Warning,
        "{Key} can't be registered yet; it is being tried until that works: {Reason}", EventName = "NotRegistered")]
    private static partial void LogCannotRegister(ILogger logger, string key, string reason);

    [LoggerMessage(3103, LogLevel.Debug, "The registration {Key} still fails: {Reason}", EventName = "StillNotRegistered")]
    private static partial void LogStillBroken(ILogger logger, string key, string reason);

    [LoggerMessage(3104, LogLevel.Debug,
        "The key {Key} has {Lease}, which ends {Seconds} s after its last keepalive", EventName = "LeaseGranted")]
    private static partial void LogLease(ILogger logger, string key, string lease, double seconds);

    [LoggerMessage(3105, LogLevel.Information, "Deregistered {Key}", EventName = "Deregistered")]
    private static partial void LogDeregistered(ILogger logger, string key);

    [LoggerMessage(3106, LogLevel.Warning,
        "{Key} could not be deregistered: {Reason}. etcd removes it when its lease ends, within {Seconds} s",
        EventName = "NotDeregistered")]
    private static partial void LogLeft(ILogger logger, string key, double seconds, string reason);

    [LoggerMessage(3107, LogLevel.Debug, "{Key} is not registered, so there is nothing to remove", EventName = "NothingToDeregister")]
    private static partial void LogNeverRegistered(ILogger logger, string key);

    [LoggerMessage(3108, LogLevel.Warning, "{Key} is not registered: {Reason}", EventName = "KeyHeldByAnother")]
    private static partial void LogHeld(ILogger logger, string key, string reason);

    [LoggerMessage(3109, LogLevel.Information, "Updated what clients know about {Key}", EventName = "RegistrationUpdated")]
    private static partial void LogUpdated(ILogger logger, string key);

    [LoggerMessage(3110, LogLevel.Warning,
        "{Instance} is registered without its {Lost}, which the format of its service in etcd does not carry. "
        + "Give another EtcdOptions.Format",
        EventName = "MetadataNotCarried")]
    private static partial void LogNotCarried(ILogger logger, ServiceInstance instance, string lost);

    [LoggerMessage(3112, LogLevel.Warning,
        "{Key} is out of the list because an operator has paused it, by key {OrderKey}. discovery resume puts it back",
        EventName = "RegistrationPaused")]
    private static partial void LogPaused(ILogger logger, string key, string orderKey);

    [LoggerMessage(3113, LogLevel.Information,
        "What is registered as {Key} is changed by key {OrderKey}. discovery update --reset ends that", EventName = "OrderTaken")]
    private static partial void LogOrderTaken(ILogger logger, string key, string orderKey);

    [LoggerMessage(3114, LogLevel.Warning, "Key {OrderKey} is ignored: its value is not an order that discovery pause or update writes",
        EventName = "OrderUnreadable")]
    private static partial void LogOrderUnreadable(ILogger logger, string orderKey);

    [LoggerMessage(3115, LogLevel.Debug,
        "discovery pause and update have no effect on {Key}: the user of etcd may not read {OrderKey} (EtcdOptions.ControlPrefix)",
        EventName = "OrdersRefused")]
    private static partial void LogOrdersRefused(ILogger logger, string key, string orderKey);
}
