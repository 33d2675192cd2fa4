using System.Diagnostics;

namespace Interceptors.Propagation.Tests;

public sealed class TraceIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0af7651916cd43dd8448eb211c80319c")]
    [InlineData("A-Z_a.z:09")]
    public void Letters_digits_and_a_few_marks_are_valid(string id) => Assert.True(TraceId.IsValid(id));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a\r\nlevel=error")]
    [InlineData("a\0")]
    [InlineData("ä")]
    [InlineData("a/b")]
    [InlineData("<script>")]
    [InlineData("a,b")]
    public void Anything_else_is_not(string? id) => Assert.False(TraceId.IsValid(id));

    [Fact]
    public void The_longest_valid_id_has_128_characters()
    {
        Assert.True(TraceId.IsValid(new string('a', 128)));
        Assert.False(TraceId.IsValid(new string('a', 129)));
        Assert.False(TraceId.IsValid(new string('a', 10_000)));
    }

    [Fact]
    public void A_new_id_has_the_form_of_w3c_and_is_another_each_time()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => TraceId.Create()).ToArray();

        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void A_valid_id_that_was_received_wins_over_the_activity()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        Assert.Equal("received", TraceId.Resolve("received"));
        Assert.Equal(activity.TraceId.ToHexString(), TraceId.Resolve("not valid"));
        Assert.Equal(activity.TraceId.ToHexString(), TraceId.Resolve(null));
    }

    [Fact]
    public void An_activity_of_the_old_form_has_no_trace_id_to_take()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.Hierarchical).Start();

        Assert.Matches("^(?!0{32})[0-9a-f]{32}$", TraceId.Resolve(null));
    }
}
