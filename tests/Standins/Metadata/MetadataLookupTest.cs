using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class MetadataLookupTest
{
    private readonly Metadata _metadata = new() { { "a", "1" }, { "b", "2" }, { "a", "3" }, { "c-bin", [4] }, { "c-bin", [5] } };

    [Fact]
    public void Get_returns_the_last_match_of_a_key() => Assert.Same(_metadata[2], _metadata.Get("a"));

    [Fact]
    public void Get_ignores_case() => Assert.Same(_metadata[2], _metadata.Get("A"));

    [Fact]
    public void Get_returns_null_for_an_absent_key()
    {
        Assert.Null(_metadata.Get("absent"));
        Assert.Null(_metadata.Get(null!));
    }

    [Fact]
    public void GetValue_returns_the_text_of_the_last_match() => Assert.Equal("3", _metadata.GetValue("A"));

    [Fact]
    public void GetValue_returns_null_for_an_absent_key() => Assert.Null(_metadata.GetValue("absent"));

    [Fact]
    public void GetValue_of_a_binary_entry_throws() =>
        Assert.Throws<InvalidOperationException>(() => _metadata.GetValue("c-bin"));

    [Fact]
    public void GetValueBytes_returns_the_bytes_of_the_last_match() => Assert.Equal([5], _metadata.GetValueBytes("C-BIN"));

    [Fact]
    public void GetValueBytes_of_text_returns_its_ASCII_bytes() => Assert.Equal("3"u8.ToArray(), _metadata.GetValueBytes("a"));

    [Fact]
    public void GetValueBytes_returns_null_for_an_absent_key() => Assert.Null(_metadata.GetValueBytes("absent"));

    [Fact]
    public void GetAll_returns_every_match_in_order() => Assert.Equal([_metadata[0], _metadata[2]], _metadata.GetAll("A"));

    [Fact]
    public void GetAll_of_an_absent_key_is_empty() => Assert.Empty(_metadata.GetAll("absent"));
}
