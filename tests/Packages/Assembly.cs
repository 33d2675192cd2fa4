using Interceptors.Packages.Tests;

[assembly: AssemblyFixture(typeof(Workspace))]
