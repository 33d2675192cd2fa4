using Interceptors.Testing;

namespace Interceptors.Server.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_recorded_one()
    {
        var difference = PublicApi.Difference(
            typeof(ServerInterceptor).Assembly, Repository.PathOf("tests", "Server.Interceptors", "PublicApi.txt"));
        Assert.True(difference is null, difference);
    }
}
