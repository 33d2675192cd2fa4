using Interceptors.Testing;

[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
