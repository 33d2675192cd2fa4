using Interceptors.Testing;

[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
[assembly: AssemblyFixture(typeof(WarmProcess))]
