using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class EntryTest
{
    [Fact]
    public void A_key_is_lower_cased() => Assert.Equal("abc-1", new Metadata.Entry("ABC-1", "x").Key);

    [Fact]
    public void A_lower_case_key_is_kept_as_it_is()
    {
        var key = new string("abc");

        Assert.Same(key, new Metadata.Entry(key, "x").Key);
    }

    [Theory]
    [InlineData("0123456789")]
    [InlineData("-abc")]
    [InlineData("a_b.c-d")]
    [InlineData("")]
    public void A_key_of_letters_digits_underscores_hyphens_and_dots_is_legal(string key) =>
        Assert.Equal(key, new Metadata.Entry(key, "x").Key);

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a[")]
    [InlineData("é")]
    [InlineData("İ")]
    public void Any_other_character_is_illegal(string key)
    {
        var thrown = Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "x"));

        Assert.Equal(
            "Metadata entry key not valid. "
            + "Keys can only contain lowercase alphanumeric characters, underscores, hyphens and dots.",
            thrown.Message);
    }

    [Fact]
    public void Text_under_a_binary_key_is_refused()
    {
        var thrown = Assert.Throws<ArgumentException>(() => new Metadata.Entry("a-BIN", "x"));

        Assert.Equal("Key for ASCII valued metadata entry cannot have suffix indicating binary value.", thrown.Message);
    }

    [Fact]
    public void Bytes_under_a_text_key_are_refused()
    {
        var thrown = Assert.Throws<ArgumentException>(() => new Metadata.Entry("a", [1]));

        Assert.Equal("Key for binary valued metadata entry needs to have '-bin' suffix indicating binary value.", thrown.Message);
    }

    [Fact]
    public void Neither_key_nor_value_may_be_null()
    {
        Assert.Throws<ArgumentNullException>("key", () => new Metadata.Entry(null!, "x"));
        Assert.Throws<ArgumentNullException>("key", () => new Metadata.Entry(null!, [1]));
        Assert.Throws<ArgumentNullException>("value", () => new Metadata.Entry("a", (string)null!));
        Assert.Throws<ArgumentNullException>("valueBytes", () => new Metadata.Entry("a-bin", (byte[])null!));
    }

    [Fact]
    public void The_bytes_of_text_are_ASCII()
    {
        var entry = new Metadata.Entry("a", "xé");

        Assert.False(entry.IsBinary);
        Assert.Equal("xé", entry.Value);
        Assert.Equal("x?"u8.ToArray(), entry.ValueBytes);
    }

    [Fact]
    public void A_binary_entry_has_no_text()
    {
        var entry = new Metadata.Entry("a-bin", [1, 2]);

        Assert.True(entry.IsBinary);
        Assert.Equal(
            "Cannot access string value of a binary metadata entry",
            Assert.Throws<InvalidOperationException>(() => entry.Value).Message);
    }

    [Fact]
    public void Bytes_are_copied_on_their_way_in_and_out()
    {
        byte[] given = [1, 2];
        var entry = new Metadata.Entry("a-bin", given);

        given[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2], entry.ValueBytes);
    }

    [Fact]
    public void ToString_shows_text_but_no_bytes()
    {
        Assert.Equal("[Entry: key=a, value=x]", new Metadata.Entry("a", "x").ToString());
        Assert.Equal("[Entry: key=a-bin, valueBytes=System.Byte[]]", new Metadata.Entry("a-bin", [1]).ToString());
    }

    [Fact]
    public void Entries_are_equal_only_to_themselves() =>
        Assert.NotEqual(new Metadata.Entry("a", "x"), new Metadata.Entry("a", "x"));
}
