using Google.Protobuf;
using Grpc.Core;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

/// <summary>The pause that a server asks for in the details of its status.</summary>
public sealed class RetryInfoTests : ResilienceFixture
{
    [Theory]
    [InlineData(CallKind.BlockingUnary)]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.ServerStreaming)]
    [Trait("case", "interceptors 24")]
    public async Task It_is_the_pause(CallKind kind)
    {
        FailFirst(Details("type.googleapis.com/google.rpc.RetryInfo", seconds: 2));
        var driver = new CallDriver(Client(Retrying(delay: TimeSpan.FromSeconds(1))));

        var call = driver.RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);
        await PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(StatusCode.OK, await call);
        Assert.Equal(2, Arrived);
    }

    [Theory]
    [InlineData(61, null)]
    [InlineData(-1, null)]
    [InlineData(0, "61000")]
    [InlineData(0, "2073600000")]
    [Trait("case", "interceptors 24")]
    [Trait("case", "security 9")]
    public async Task Too_long_a_pause_ends_the_call_at_once_with_the_servers_status(int seconds, string? pushback)
    {
        FailFirst(Details("type.googleapis.com/google.rpc.RetryInfo", seconds), pushback);

        var status = StatusAsync(Client(Retrying(delay: TimeSpan.FromSeconds(1))).UnaryAsync(new ProbeRequest()));
        if (seconds < 0)
            await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(seconds < 0 ? StatusCode.OK : StatusCode.Unavailable, await status);
        Assert.Equal(seconds < 0 ? 2 : 1, Arrived);
    }

    [Theory]
    [InlineData("type.googleapis.com/google.rpc.ErrorInfo", false)]
    [InlineData("type.googleapis.com/google.rpc.RetryInfo", true)]
    [Trait("case", "interceptors 24")]
    public async Task Other_details_and_broken_ones_are_ignored(string type, bool broken)
    {
        var details = Details(type, seconds: 2);
        FailFirst(broken ? details[..^3] : details);
        var call = Client(Retrying(delay: TimeSpan.FromSeconds(1))).UnaryAsync(new ProbeRequest());

        await PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(StatusCode.OK, await StatusAsync(call));
    }

    private void FailFirst(byte[] details, string? pushback = null) => OnArrival((number, _) =>
    {
        if (number > 1)
            return;
        var failure = Failure(pushback: pushback);
        failure.Trailers.Add("grpc-status-details-bin", details);
        throw failure;
    });

    /// <summary>A google.rpc.Status with one detail, whose field 1 is a duration.</summary>
    private static byte[] Details(string type, int seconds)
    {
        var duration = Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt64(seconds);
        });
        var value = Message(output => Write(output, 1, duration));
        var any = Message(output =>
        {
            Write(output, 1, System.Text.Encoding.UTF8.GetBytes(type));
            Write(output, 2, value);
        });
        return Message(output => Write(output, 3, any));
    }

    private static void Write(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }
}
