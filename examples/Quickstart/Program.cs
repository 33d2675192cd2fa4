using Interceptors.Discovery;
using Interceptors.Tools;
using Quickstart;
using Quickstart.Narration;
using Quickstart.Options;
using Quickstart.Registries;

using var stop = new StopSignals();
try
{
    var options = DemoOptions.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(DemoOptions.Usage);
        return 0;
    }

    var narrator = new Narrator(stop.Token);
    var format = options.Policy is null ? EndpointFormat.Detect : EndpointFormat.EtcdNaming;
    await using Registry registry = options.UsesEtcd
        ? EtcdRegistry.Open(options.EtcdEndpoints, format, narrator)
        : new MemoryRegistry(narrator);
    var held = options.Policy is { } policy
        ? await new PolicyShow(policy, registry, narrator).RunAsync(stop.Token)
        : await new Performance(registry, narrator, options.ShowsPage).RunAsync(stop.Token);
    return held ? 0 : 1;
}
catch (Exception) when (stop.ExitCode is not null)
{
    // Whatever was going on has been interrupted; a call ends with a status then, not with a cancellation.
    Console.WriteLine("stopped");
    return stop.ExitCode.Value;
}
catch (SetupException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
