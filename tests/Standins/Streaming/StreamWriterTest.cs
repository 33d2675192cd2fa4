using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class StreamWriterTest
{
    private readonly ListWriter<string> _written = new();

    private IAsyncStreamWriter<string> Writer => _written;

    [Fact]
    public async Task A_token_that_cannot_be_cancelled_is_ignored_by_default()
    {
        await Writer.WriteAsync("message", CancellationToken.None);

        Assert.Equal(["message"], _written.Written);
    }

    [Fact]
    public async Task A_token_that_can_be_cancelled_is_refused_by_default()
    {
        using var cancellation = new CancellationTokenSource();

        var thrown = await Assert.ThrowsAsync<NotSupportedException>(() => Writer.WriteAsync("message", cancellation.Token));

        Assert.Equal("Cancellation of stream writes is not supported by this gRPC implementation.", thrown.Message);
        Assert.Empty(_written.Written);
    }

    [Fact]
    public void Write_options_carry_their_flags()
    {
        Assert.Equal(default, WriteOptions.Default.Flags);
        Assert.Equal(WriteFlags.NoCompress, new WriteOptions(WriteFlags.NoCompress).Flags);
    }
}
