using Interceptors.Testing;

namespace Interceptors.Discovery.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_recorded_one()
    {
        var difference = PublicApi.Difference(typeof(IEndpointSource).Assembly, Repository.PathOf("tests", "Discovery", "PublicApi.txt"));
        Assert.True(difference is null, difference);
    }
}
