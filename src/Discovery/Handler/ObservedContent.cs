using System.Net;

namespace Interceptors.Discovery;

/// <summary>The content of a response, which is disposed when the call ends, however it ends. Costs no more than that to observe.</summary>
internal sealed class ObservedContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly BalancedEndpoint _endpoint;
    private readonly HttpRequestMessage _request;
    private readonly HttpResponseMessage _response;
    private readonly long _started;
    private int _ended;

    public ObservedContent(BalancedEndpoint endpoint, HttpRequestMessage request, HttpResponseMessage response, long started)
    {
        _content = response.Content;
        _endpoint = endpoint;
        _request = request;
        _response = response;
        _started = started;
        foreach (var (name, values) in _content.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => _content.ReadAsStreamAsync();

    protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        _content.ReadAsStreamAsync(cancellationToken);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => _content.ReadAsStream(cancellationToken);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _content.CopyToAsync(stream, context);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _endpoint.CallAnswered(_response);
            var outcome = CallOutcomes.Of(_request, _response);
            _endpoint.CallEnded(outcome == CallOutcome.Abandoned ? CallOutcomes.OfEnded(_request, _started) : outcome, _started);
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}
