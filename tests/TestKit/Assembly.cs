using Interceptors.Testing;

[assembly: AssemblyFixture(typeof(WarmProcess))]
