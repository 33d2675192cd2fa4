using BenchmarkDotNet.Running;
using Interceptors.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(ClientCalls).Assembly).Run(args);
