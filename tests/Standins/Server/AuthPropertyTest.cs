using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class AuthPropertyTest
{
    [Fact]
    public void The_value_is_text_in_UTF_8() => Assert.Equal("é", AuthProperty.Create("name", "é"u8.ToArray()).Value);

    [Fact]
    public void Bytes_are_copied_on_their_way_in_and_out()
    {
        byte[] given = [1, 2];
        var property = AuthProperty.Create("name", given);

        given[0] = 9;
        property.ValueBytes[1] = 9;

        Assert.Equal([1, 2], property.ValueBytes);
    }

    [Fact]
    public void Neither_name_nor_value_may_be_null()
    {
        Assert.Throws<ArgumentNullException>("name", () => AuthProperty.Create(null!, []));
        Assert.Throws<ArgumentNullException>("valueBytes", () => AuthProperty.Create("name", null!));
    }
}
