namespace Interceptors.Discovery;

/// <summary>The content of a request or a response whose messages are counted.</summary>
/// <param name="inner">The content itself.</param>
/// <param name="sizes">Gets the sizes.</param>
/// <param name="onDisposed">Told once that it is disposed, before the content is.</param>
internal sealed class MeasuredContent(HttpContent inner, MessageSizes sizes, Action? onDisposed = null) : WrappedContent(inner)
{
    private Action? _onDisposed = onDisposed;

    protected override Stream Wrap(Stream stream) => new MeasuredStream(stream, sizes);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Interlocked.Exchange(ref _onDisposed, null)?.Invoke();
        base.Dispose(disposing);
    }
}
