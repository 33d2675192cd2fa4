namespace Interceptors.Standins.Tests;

public sealed class BareContextTest
{
    private readonly BareContexts.Writing _writing = new();
    private readonly BareContexts.Reading _reading = new();

    [Fact]
    public void Completing_with_an_array_throws_unless_overridden() =>
        Assert.Throws<NotImplementedException>(() => _writing.Complete([]));

    [Fact]
    public void Completing_the_buffer_throws_unless_overridden() => Assert.Throws<NotImplementedException>(_writing.Complete);

    [Fact]
    public void Asking_for_the_buffer_throws_unless_overridden() =>
        Assert.Throws<NotImplementedException>(() => _writing.GetBufferWriter());

    [Fact]
    public void Telling_the_length_is_a_hint_that_may_be_ignored() =>
        Assert.Null(Record.Exception(() => _writing.SetPayloadLength(1)));

    [Fact]
    public void Asking_for_an_array_throws_unless_overridden() =>
        Assert.Throws<NotImplementedException>(() => _reading.PayloadAsNewBuffer());

    [Fact]
    public void Asking_for_a_sequence_throws_unless_overridden() =>
        Assert.Throws<NotImplementedException>(() => _reading.PayloadAsReadOnlySequence());
}
