namespace Interceptors.Discovery.Tests;

public sealed class ValueHashTests
{
    [Fact]
    public void Equal_values_have_equal_hashes() =>
        Assert.Equal(ValueHash.Of("{\"Addr\":\"10.0.0.1:80\"}"u8), ValueHash.Of([.. "{\"Addr\":\"10.0.0.1:80\"}"u8]));

    [Fact]
    public void A_byte_that_differs_is_seen_wherever_it_stands()
    {
        var hashes = new HashSet<UInt128>();
        for (var length = 0; length < 40; length++)
        {
            var value = new byte[length];
            Assert.True(hashes.Add(ValueHash.Of(value)));
            for (var at = 0; at < length; at++)
            {
                foreach (var bit in new byte[] { 1, 2, 128 })
                {
                    value[at] ^= bit;
                    Assert.True(hashes.Add(ValueHash.Of(value)));
                    value[at] ^= bit;
                }
            }
        }
    }

    [Fact]
    public void Parts_that_have_changed_places_are_seen() =>
        Assert.NotEqual(ValueHash.Of("aaaaaaaabbbbbbbb"u8), ValueHash.Of("bbbbbbbbaaaaaaaa"u8));

    [Fact]
    public void Of_a_value_that_is_too_large_the_length_alone_counts()
    {
        var large = new byte[ServiceFormats.MaxValueSize + 1];
        var other = large.ToArray();
        other[0] = 1;

        Assert.Equal(ValueHash.Of(large), ValueHash.Of(other));
        Assert.NotEqual(ValueHash.Of(large), ValueHash.Of([.. large, 0]));
    }
}
