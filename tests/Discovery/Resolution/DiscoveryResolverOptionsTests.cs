using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Interceptors.Discovery.Tests;

public sealed class DiscoveryResolverOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(new DiscoveryResolverOptions().Problems());

    [Theory]
    [InlineData("FirstAnswerTimeout", "00:00:00")]
    [InlineData("FirstAnswerTimeout", "01:00:00")]
    [InlineData("DebounceTime", "-00:00:01")]
    [InlineData("EmptyListGraceTime", "-00:00:01")]
    [InlineData("EmptyListGraceTime", "2.00:00:00")]
    [InlineData("MassRemovalShare", "-0.1")]
    [InlineData("MassRemovalShare", "1.1")]
    [InlineData("MassRemovalShare", "NaN")]
    [InlineData("MassRemovalWindow", "00:00:00")]
    [InlineData("MassRemovalGraceTime", "-00:00:01")]
    [InlineData("Cache:Directory", " ")]
    [InlineData("Cache:WaitTime", "-00:00:01")]
    [InlineData("Cache:MaxAge", "00:00:00")]
    [InlineData("Cache:MaxEndpoints", "0")]
    [InlineData("Authority", "a b")]
    [InlineData("DnsRefreshInterval", "00:00:00.5")]
    public void A_bad_value_is_refused_by_name_and_value(string option, string value)
    {
        var problem = Assert.Single(Bound((option, value)).Problems());

        Assert.StartsWith(option.Replace(':', '.'), problem, StringComparison.Ordinal);
        Assert.Contains("Give", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_binds_and_makes_a_channel_another_one()
    {
        (string Option, string Value)[] values =
        [
            ("FirstAnswerTimeout", "00:00:07"), ("DebounceTime", "00:00:07"), ("EmptyListGraceTime", "00:00:07"),
            ("MassRemovalShare", "0.7"), ("MassRemovalWindow", "00:00:07"), ("MassRemovalGraceTime", "00:00:07"),
            ("Cache:Directory", "/x"), ("Cache:WaitTime", "00:00:07"), ("Cache:MaxAge", "00:00:07"), ("Cache:MaxEndpoints", "7"),
            ("Authority", "x"), ("TrustEndpointAuthority", "true"), ("DnsRefreshInterval", "00:00:07"),
        ];
        var options = typeof(DiscoveryResolverOptions).GetProperties().Concat(typeof(EndpointCacheOptions).GetProperties());
        Assert.Equal(values.Length + 1, options.Count());
        foreach (var value in values)
            Assert.NotEqual(new ResolverSettings(new DiscoveryResolverOptions()), new ResolverSettings(Bound(value)));
        Assert.Equal(new ResolverSettings(Bound(values)), new ResolverSettings(Bound(values)));
    }

    [Fact]
    public void A_copy_does_not_change_with_its_original()
    {
        var options = Bound(("Cache:Directory", "/x"), ("MassRemovalShare", "0.7"));
        var copy = options.Copy();
        (options.Cache.Directory, options.MassRemovalShare) = ("/y", 0.1);

        Assert.Equal(("/x", 0.7), (copy.Cache.Directory, copy.MassRemovalShare));
    }

    private static DiscoveryResolverOptions Bound(params (string Option, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(v => KeyValuePair.Create($"Resolution:{v.Option}", (string?)v.Value)))
            .Build();
        using var services = new ServiceCollection().Configure<DiscoveryChannelOptions>(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<DiscoveryChannelOptions>>().Value.Resolution;
    }
}
