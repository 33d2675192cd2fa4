using Interceptors.Testing;

namespace Interceptors.ServiceDiscovery.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_recorded_one()
    {
        var difference = PublicApi.Difference(
            typeof(DiscoveryServiceEndpointOptions).Assembly, Repository.PathOf("tests", "ServiceDiscovery", "PublicApi.txt"));
        Assert.True(difference is null, difference);
    }
}
