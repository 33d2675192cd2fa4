using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_recorded_one()
    {
        var difference = PublicApi.Difference(
            typeof(ClientInterceptor).Assembly, Repository.PathOf("tests", "Client.Interceptors", "PublicApi.txt"));
        Assert.True(difference is null, difference);
    }
}
