namespace Interceptors.Discovery;

/// <summary>The content of a response, which is disposed when the call ends, however it ends. Costs no more than that to observe.</summary>
internal sealed class ObservedContent(
    BalancedEndpoint endpoint, HttpRequestMessage request, HttpResponseMessage response, long started)
    : WrappedContent(response.Content)
{
    private int _ended;

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _ended, 1) == 0)
        {
            endpoint.CallAnswered(response);
            var outcome = CallOutcomes.Of(request, response);
            endpoint.CallEnded(outcome == CallOutcome.Abandoned ? CallOutcomes.OfEnded(request, started) : outcome, started);
        }

        base.Dispose(disposing);
    }
}
