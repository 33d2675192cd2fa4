using Interceptors.Testing;

namespace Interceptors.Discovery.AspNetCore.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_recorded_one()
    {
        var difference = PublicApi.Difference(
            typeof(IHostRegistrations).Assembly, Repository.PathOf("tests", "Discovery.AspNetCore", "PublicApi.txt"));
        Assert.True(difference is null, difference);
    }
}
