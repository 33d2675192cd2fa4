namespace Interceptors.Client.Tests;

public sealed class MethodSelectorTests
{
    [Theory]
    [InlineData("*", "a.B/C", true)]
    [InlineData("*", "Unpackaged/C", true)]
    [InlineData("a.B/C", "a.B/C", true)]
    [InlineData("/a.B/C", "a.B/C", true)]
    [InlineData("a.B/C", "a.B/c", false)]
    [InlineData("a.B/C", "a.B/CC", false)]
    [InlineData("a.B", "a.B/C", true)]
    [InlineData("a.B/*", "a.B/C", true)]
    [InlineData("a.B", "a.BB/C", false)]
    [InlineData("a.B/*", "a.b/C", false)]
    [InlineData("a.*", "a.B/C", true)]
    [InlineData("a.*", "a.b.B/C", true)]
    [InlineData("a.*", "ab.B/C", false)]
    [InlineData("B", "B/C", true)]
    public void A_pattern_chooses_methods(string pattern, string method, bool expected)
    {
        Assert.Equal(expected, MethodSelector.Parse(pattern).Matches(method));
        Assert.Equal(expected, MethodSelector.Parse(pattern).Matches("/" + method));
        Assert.Equal(expected, MethodSelector.Parse("x.Y", pattern).Matches(method));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a.B/")]
    [InlineData("/")]
    [InlineData("a.B/C/D")]
    [InlineData("a.B/C*")]
    [InlineData("a.B*")]
    [InlineData("**")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a b")]
    [InlineData("a.B/Ç")]
    public void A_malformed_pattern_is_refused_with_its_text_and_the_right_forms(string pattern)
    {
        var error = Assert.Throws<ArgumentException>(() => MethodSelector.Parse("a.B", pattern));

        Assert.Contains($"'{pattern}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("pkg.Service/Method", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_pattern_chooses_nothing() => Assert.False(MethodSelector.Parse().Matches("a.B/C"));

    [Fact]
    public void A_predicate_is_asked_once_for_each_method()
    {
        var asked = new List<string>();
        var selector = MethodSelector.Where(name =>
        {
            asked.Add(name);
            return name == "a.B/C";
        });

        Assert.True(selector.Matches("/a.B/C"));
        Assert.True(selector.Matches("/a.B/C"));
        Assert.False(selector.Matches("/a.B/D"));
        Assert.Equal(["a.B/C", "a.B/D"], asked);
    }
}
