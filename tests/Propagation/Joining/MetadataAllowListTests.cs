namespace Interceptors.Propagation.Tests;

public sealed class MetadataAllowListTests
{
    private readonly MetadataAllowList _list = new(["X-Tenant", "x-md-global-*", "x-raw-bin"]);

    [Theory]
    [InlineData("x-tenant")]
    [InlineData("x-md-global-")]
    [InlineData("x-md-global-user")]
    [InlineData("x-raw-bin")]
    public void Exact_keys_and_prefixes_cross(string key) => Assert.True(_list.Allows(key));

    [Theory]
    [InlineData("x-tenant-2")]
    [InlineData("x-md-local-user")]
    [InlineData("x-md-globa")]
    [InlineData("x-trace-id")]
    public void Other_keys_do_not(string key) => Assert.False(_list.Allows(key));

    [Theory]
    [InlineData("authorization")]
    [InlineData("proxy-authorization")]
    [InlineData("cookie")]
    [InlineData("grpc-timeout")]
    [InlineData("grpc-anything")]
    [InlineData("content-type")]
    [InlineData("content-length")]
    [InlineData("te")]
    [InlineData("user-agent")]
    [InlineData("host")]
    [InlineData(":path")]
    [InlineData("connection")]
    [InlineData("traceparent")]
    [InlineData("tracestate")]
    [InlineData("baggage")]
    public void Some_keys_never_cross_whatever_prefix_is_configured(string key)
    {
        // One-letter prefixes, as wide as a list can be made.
        var wide = new MetadataAllowList("abcdefghijklmnopqrstuvwxyz".Select(letter => $"{letter}*"));

        Assert.False(wide.Allows(key));
        Assert.True(wide.Allows("x-tenant"));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("*", "would let every header through")]
    [InlineData("x tenant", "no metadata key has")]
    [InlineData("x-*-tenant", "only at the end")]
    [InlineData("Authorization", "never crosses")]
    [InlineData("grpc-*", "never crosses")]
    public void A_wrong_pattern_is_refused_with_the_fix(string pattern, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() => new MetadataAllowList([pattern]));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
