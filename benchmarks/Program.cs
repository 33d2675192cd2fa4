using BenchmarkDotNet.Running;
using Interceptors.Benchmarks;

if (args is ["--side-by-side"])
{
    SideBySide.Run(typeof(ClientCalls));
    SideBySide.Run(typeof(ServerCalls));
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(ClientCalls).Assembly).Run(args);
}
