namespace Interceptors.Testing;

/// <summary>
/// An assembly fixture that makes one call before the first test: a process's first call compiles for so long that short
/// deadlines pass before the request has left.
/// </summary>
public sealed class WarmProcess
{
    public WarmProcess() => CallAsync().GetAwaiter().GetResult();

    private static async Task CallAsync()
    {
        await using var server = await ProbeServer.StartAsync();
        var driver = new CallDriver(server.Client());
        foreach (var kind in Enum.GetValues<CallKind>())
            await driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
    }
}
