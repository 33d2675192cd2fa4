using Interceptors.Discovery.Tool.Tests;

[assembly: AssemblyFixture(typeof(SharedEtcd))]
