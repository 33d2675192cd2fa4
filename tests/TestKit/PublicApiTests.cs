using Interceptors.Testing;

namespace Interceptors.TestKit.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_recorded_one()
    {
        var difference = PublicApi.Difference(typeof(TestServices).Assembly, Repository.PathOf("tests", "TestKit", "PublicApi.txt"));
        Assert.True(difference is null, difference);
    }
}
