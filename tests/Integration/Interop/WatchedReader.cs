using System.Buffers;
using System.IO.Pipelines;

namespace Interceptors.Integration.Tests.Interop;

internal sealed class WatchedReader(PipeReader inner, MessageFlags flags) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Seen(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
            return false;
        Seen(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        foreach (var part in _buffer.Slice(_buffer.Start, consumed))
            flags.Add(part.Span);
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ReadResult Seen(ReadResult result)
    {
        _buffer = result.Buffer;
        return result;
    }
}
