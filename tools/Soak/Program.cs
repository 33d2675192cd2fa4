using Interceptors.Soak;
using Interceptors.Soak.Servers;
using Interceptors.Tools;

if (args is [TargetServer.Role, .. var rest])
    return await TargetServer.RunAsync(rest);

if (!SoakOptions.TryParse(args, out var options, out var problem))
{
    await Console.Error.WriteLineAsync($"./soak: {problem}\n\n{SoakOptions.Usage}");
    return 2;
}

if (options is null)
{
    Console.WriteLine(SoakOptions.Usage);
    return 0;
}

using var stop = new StopSignals();
return await new SoakRun(options).RunAsync(stop);
