using Grpc.Core;

namespace Interceptors.Propagation.Tests;

public sealed class MetadataExtensionsTests
{
    private static readonly MetadataAllowList Allowed = new(["x-a", "x-b", "x-raw-bin"]);

    [Fact]
    public void A_copy_has_the_same_entries_and_is_not_the_original()
    {
        var original = new Metadata { { "x-a", "1" }, { "x-raw-bin", [1, 2] } };

        var copy = original.Copy();
        copy.Add("x-b", "2");

        Assert.Equal(2, original.Count);
        Assert.Equal(3, copy.Count);
        Assert.Equal([1, 2], copy.GetValueBytes("x-raw-bin"));
    }

    [Fact]
    public void A_copy_of_nothing_is_empty_and_can_be_written() => Assert.Empty(((Metadata?)null).Copy());

    [Fact]
    public void A_read_only_original_can_be_copied()
    {
        var copy = Metadata.Empty.Copy();
        copy.Add("x-a", "1");
        Assert.Single(copy);
    }

    [Fact]
    public void Set_replaces_every_value_of_the_key_and_leaves_the_others()
    {
        var metadata = new Metadata { { "x-a", "1" }, { "x-b", "2" }, { "X-A", "3" } };

        metadata.Set("X-a", "new");

        Assert.Equal("new", Assert.Single(metadata.GetAll("x-a")).Value);
        Assert.Equal("2", metadata.GetValue("x-b"));
    }

    [Fact]
    public void Joined_values_keep_their_order_and_binary_ones_cross_as_they_are()
    {
        var outgoing = new Metadata { { "x-own", "0" } };

        var dropped = outgoing.Join(
            new Metadata { { "x-a", "1" }, { "x-raw-bin", [0, 200] }, { "x-a", "2" }, { "x-no", "3" } }, Allowed);

        Assert.Equal(0, dropped);
        Assert.Equal(["x-own", "x-a", "x-raw-bin", "x-a"], outgoing.Select(entry => entry.Key));
        Assert.Equal(["1", "2"], outgoing.GetAll("x-a").Select(entry => entry.Value));
        Assert.Equal([0, 200], outgoing.GetValueBytes("x-raw-bin"));
    }

    [Fact]
    public void What_the_caller_set_wins_over_all_incoming_values_of_the_key()
    {
        var outgoing = new Metadata { { "x-a", "mine" } };

        outgoing.Join(new Metadata { { "x-a", "1" }, { "x-a", "2" } }, Allowed);

        Assert.Equal("mine", Assert.Single(outgoing).Value);
    }

    [Theory]
    [InlineData(2, 1000, 1)]
    [InlineData(0, 1000, 3)]
    [InlineData(100, 4 + 4, 1)]
    [InlineData(100, 3, 3)]
    public void The_caps_count_entries_and_bytes_and_say_how_many_were_left_out(int maxEntries, int maxBytes, int expected)
    {
        var outgoing = new Metadata { { "x-own", "not counted" } };

        var dropped = outgoing.Join(new Metadata { { "x-a", "1" }, { "x-a", "2" }, { "x-b", "3" } }, Allowed, maxEntries, maxBytes);

        Assert.Equal(expected, dropped);
        Assert.Equal(1 + 3 - expected, outgoing.Count);
    }

    [Theory]
    [InlineData("Zo\u00eb")]
    [InlineData("line\nend")]
    [InlineData("tab\t")]
    [InlineData("\u0000")]
    [InlineData("\u007f")]
    [Trait("case", "interceptors 5")]
    public void Text_that_a_header_can_not_carry_is_left_out_and_counted(string value)
    {
        var outgoing = new Metadata();

        outgoing.Join(new Metadata { { "x-a", value }, { "x-a", "1" }, { "x-b", "~ !" } }, Allowed, 10, 1000, out var leftOut);

        Assert.Equal(new LeftOutMetadata(0, 1, 0), leftOut);
        Assert.Equal(["1", "~ !"], outgoing.Select(entry => entry.Value));
    }

    [Fact]
    [Trait("case", "interceptors 43")]
    public void Only_the_first_value_of_a_binary_key_joins()
    {
        var outgoing = new Metadata();

        outgoing.Join(
            new Metadata { { "x-raw-bin", [0, 1] }, { "x-a", "1" }, { "x-raw-bin", [2] }, { "x-raw-bin", [3] } }, Allowed, 10, 1000,
            out var leftOut);

        Assert.Equal(new LeftOutMetadata(0, 0, 2), leftOut);
        Assert.Equal([0, 1], Assert.Single(outgoing, static entry => entry.IsBinary).ValueBytes);
    }
}
