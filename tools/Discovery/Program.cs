using Interceptors.Discovery.Tool;
using Interceptors.Tools;

using var stop = new StopSignals();
return await CommandLine.RunAsync(args, stop.Token);
