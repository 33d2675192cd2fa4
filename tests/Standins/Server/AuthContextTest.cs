using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class AuthContextTest
{
    private static readonly AuthProperty One = AuthProperty.Create("name", [1]);
    private static readonly AuthProperty Two = AuthProperty.Create("name", [2]);
    private static readonly AuthProperty Other = AuthProperty.Create("other", [3]);
    private static readonly Dictionary<string, List<AuthProperty>> Properties =
        new() { ["name"] = [One, Two], ["other"] = [Other] };

    [Fact]
    public void A_peer_without_an_identity_is_not_authenticated()
    {
        var context = new AuthContext(null, Properties);

        Assert.False(context.IsPeerAuthenticated);
        Assert.Null(context.PeerIdentityPropertyName);
        Assert.Empty(context.PeerIdentity);
    }

    [Fact]
    public void The_named_property_is_the_identity()
    {
        var context = new AuthContext("name", Properties);

        Assert.True(context.IsPeerAuthenticated);
        Assert.Equal("name", context.PeerIdentityPropertyName);
        Assert.Equal([One, Two], context.PeerIdentity);
    }

    [Fact]
    public void Properties_are_found_together_or_by_name()
    {
        var context = new AuthContext(null, Properties);

        Assert.Equal([One, Two, Other], context.Properties);
        Assert.Equal([Other], context.FindPropertiesByName("other"));
        Assert.Empty(context.FindPropertiesByName("absent"));
    }

    [Fact]
    public void Properties_may_not_be_null() =>
        Assert.Throws<ArgumentNullException>("properties", () => new AuthContext(null, null!));
}
