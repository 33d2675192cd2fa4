using System.Text;
using System.Text.Json;

namespace Interceptors.Discovery.Tests;

public sealed class JsonShapeTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"a":[1,{"b":"}]{["}]}""")]
    [InlineData("""{"a":"\"","b":"\\"}""")]
    [InlineData("\"text\"")]
    public void Json_has_no_error(string json)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Null(JsonShape.ErrorIn(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData("{", 1)]
    [InlineData("{\"a\":", 5)]
    [InlineData("{\"a\":[{}]", 9)]
    [InlineData("{\"a", 3)]
    [InlineData("{\"a\\", 4)]
    [InlineData("\"a\\\"", 4)]
    [InlineData("{\"a\":\"}", 7)]
    public void What_ends_too_soon_goes_wrong_at_its_end(string json, int at)
    {
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(json));
        Assert.Equal(at, JsonShape.ErrorIn(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Json_may_nest_as_deeply_as_it_can_be_read()
    {
        using var document = JsonDocument.Parse(Nested(64));
        Assert.Null(JsonShape.ErrorIn(Nested(64)));

        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(Nested(65)));
        Assert.Equal(64, JsonShape.ErrorIn(Nested(65)));
    }

    [Theory]
    [InlineData("{} x")]
    [InlineData("{a}")]
    [InlineData("{]")]
    [InlineData("{}}")]
    public void Other_errors_are_left_to_the_parser(string json)
    {
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(json));
        Assert.Null(JsonShape.ErrorIn(Encoding.UTF8.GetBytes(json)));
    }

    private static byte[] Nested(int depth) => [.. Enumerable.Repeat((byte)'[', depth), .. Enumerable.Repeat((byte)']', depth)];
}
