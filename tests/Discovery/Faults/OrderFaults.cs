using System.Globalization;
using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

/// <summary>What changes about servers that are called all the time, by themselves or by an operator, also while etcd is away.</summary>
public sealed class OrderFaults
{
    [Fact]
    [Trait("case", "discovery 12")]
    public async Task Weights_of_running_servers_change_without_a_failed_call_or_a_new_connection()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = Options(etcd);
        await using var registry = new EtcdServiceRegistry(options);
        await using var running = await Running.PrepareAsync(options);
        var registrations = Register(registry, running, 2);
        await running.Watching.UntilAsync(s => s.Endpoints.Length == 2);
        running.Call(waitForReady: true);
        await running.UntilCalledAsync(0, 1);

        for (var weight = 1; weight <= 20; weight++)
            await Task.WhenAll(registrations.Select(r => r.UpdateAsync(Weight(weight)))).WaitAsync(Watching.Bound);
        await running.Watching.UntilAsync(s => s.Endpoints.All(e => e.Weight == 20));
        await running.UntilCalledAsync(0, 1);
    }

    [Fact]
    [Trait("case", "discovery 14")]
    public async Task An_instance_that_is_paused_while_etcd_restarts_leaves_the_list_and_comes_back_when_it_is_resumed()
    {
        await using var etcd = await EtcdProcess.StartNewAsync();
        var options = Options(etcd);
        await using var registry = new EtcdServiceRegistry(options);
        await using var running = await Running.PrepareAsync(options);
        var registrations = Register(registry, running, 2);
        await running.Watching.UntilAsync(s => s.Endpoints.Length == 2);
        running.Call(waitForReady: true);
        await running.UntilCalledAsync(0, 1);
        var order = $"/discovery/control{options.Prefix}user/0";

        await etcd.RestartAsync();
        await etcd.CtlAsync("put", order, """{"paused":true}""");
        var since = TimeProvider.System.GetTimestamp();
        await running.Watching.UntilFreshAsync(running.Backends[1].Address);
        Note("paused", since);
        await registrations[0].WaitForAsync(RegistrationState.Paused).WaitAsync(Watching.Bound);
        await running.UntilCalledAsync(1);

        await etcd.CtlAsync("del", order);
        await etcd.RestartAsync();
        since = TimeProvider.System.GetTimestamp();
        await running.Watching.UntilAsync(s => !s.IsStale && s.Endpoints.Length == 2);
        Note("resumed", since);
        await running.UntilCalledAsync(0, 1);

        static void Note(string what, long since) => TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{what} after {TimeProvider.System.GetElapsedTime(since).TotalSeconds:F1} s"));
    }

    private static EtcdOptions Options(EtcdProcess etcd) => etcd.Options(o => o.Format = EndpointFormat.EtcdNaming);

    private static List<IServiceRegistration> Register(EtcdServiceRegistry registry, Running running, int count) =>
        [.. Enumerable.Range(0, count).Select(i => registry.Register(new ServiceInstance(
            "user", DiscoveryEndpoint.Parse(running.Backends[i].Address), i.ToString(CultureInfo.InvariantCulture))))];

    private static Dictionary<string, string> Weight(int weight) =>
        new() { ["weight"] = weight.ToString(CultureInfo.InvariantCulture) };
}
