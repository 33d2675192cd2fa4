using Interceptors.Discovery.Tool;

using var stop = new StopSignals();
return await CommandLine.RunAsync(args, stop.Token);
