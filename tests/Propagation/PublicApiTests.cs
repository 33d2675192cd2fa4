using Interceptors.Testing;

namespace Interceptors.Propagation.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_recorded_one()
    {
        var difference = PublicApi.Difference(typeof(IncomingCall).Assembly, Repository.PathOf("tests", "Propagation", "PublicApi.txt"));
        Assert.True(difference is null, difference);
    }
}
