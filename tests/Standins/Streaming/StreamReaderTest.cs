using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class StreamReaderTest
{
    private readonly ListReader<string> _reader = new(["a", "b"]);

    [Fact]
    public async Task MoveNext_without_a_token_passes_none()
    {
        Assert.True(await _reader.MoveNext());

        Assert.Equal([CancellationToken.None], _reader.Tokens);
    }

    [Fact]
    public Task MoveNext_needs_a_reader() =>
        Assert.ThrowsAsync<ArgumentNullException>("streamReader", () => ((IAsyncStreamReader<string>)null!).MoveNext());

    [Fact]
    public async Task ReadAllAsync_reads_to_the_end() => Assert.Equal(["a", "b"], await _reader.ReadAllAsync().ToListAsync());

    [Fact]
    public void ReadAllAsync_needs_a_reader_at_once() =>
        Assert.Throws<ArgumentNullException>("streamReader", () => ((IAsyncStreamReader<string>)null!).ReadAllAsync());

    [Fact]
    public async Task ReadAllAsync_gives_its_token_to_the_reader()
    {
        using var cancellation = new CancellationTokenSource();

        await _reader.ReadAllAsync(cancellation.Token).ToListAsync();

        Assert.Equal(Enumerable.Repeat(cancellation.Token, 3), _reader.Tokens);
    }

    [Fact]
    public async Task ReadAllAsync_gives_the_enumeration_s_token_to_the_reader()
    {
        using var cancellation = new CancellationTokenSource();

        await foreach (var _ in _reader.ReadAllAsync().WithCancellation(cancellation.Token))
        {
        }

        Assert.Equal(Enumerable.Repeat(cancellation.Token, 3), _reader.Tokens);
    }

    [Fact]
    public async Task ReadAllAsync_ends_with_the_reader_s_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        await using var messages = _reader.ReadAllAsync(cancellation.Token).GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await messages.MoveNextAsync());
    }
}
