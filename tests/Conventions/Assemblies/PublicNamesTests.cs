using System.Reflection;

namespace Interceptors.Conventions.Tests;

/// <summary>A gateway has the usings of all packages, and of .NET's own service discovery, and needs no alias.</summary>
public sealed class PublicNamesTests
{
    private static readonly Assembly[] Neighbours =
    [
        Assembly.Load("Microsoft.Extensions.ServiceDiscovery"), Assembly.Load("Microsoft.Extensions.ServiceDiscovery.Abstractions"),
    ];

    [Fact]
    public void There_are_packages_to_look_at() => Assert.True(Package.All.Count >= 4);

    [Fact]
    public void No_public_type_has_the_name_of_another()
    {
        var names = from assembly in Package.All.Concat(Neighbours)
                    from type in assembly.GetExportedTypes()
                    where !type.IsNested
                    group $"{type.FullName} of {assembly.GetName().Name}" by type.Name.Split('`')[0] into types
                    where types.Count() > 1 && types.Any(type => type.Contains(" of Interceptors.", StringComparison.Ordinal))
                    select string.Join(", ", types);

        Violations.None(names);
    }

    [Fact]
    public void No_package_opens_its_internals_to_another()
    {
        var opened = from assembly in Package.All
                     from attribute in assembly.GetCustomAttributes<System.Runtime.CompilerServices.InternalsVisibleToAttribute>()
                     where Package.Names.Contains(attribute.AssemblyName)
                     select $"{assembly.GetName().Name} to {attribute.AssemblyName}";

        Violations.None(opened);
    }
}
