using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using Grpc.Core;
using Interceptors.Propagation;

namespace Interceptors.Discovery;

/// <summary>
/// Sends each request to an endpoint of a discovered service: waits for the first list, picks, sends, observes the response to its end, and
/// sends elsewhere what no server has processed. Works under a <c>GrpcChannel</c>, an <c>HttpClient</c> and a reverse proxy alike. The host
/// of a request's address does not matter. Made by <see cref="DiscoveryChannelFactory"/>; channels and clients with equal settings share
/// what is below it.
/// </summary>
internal sealed class DiscoveryHandler : HttpMessageHandler
{
    // More than what dies at once; less than for ever, where a network accepts connections and refuses them in turn.
    private const int MostMoves = 100;

    // In milliseconds, before a request is sent to the same endpoint again.
    private const int LongestPause = 50;

    private static readonly HttpRequestOptionsKey<bool> WaitForReady = new("WaitForReady");

    private readonly EndpointBalancer _balancer;
    private readonly DiscoveryResolver _resolver;
    private readonly ServerAddress _address;
    private readonly GrpcMetrics? _metrics;
    private volatile bool _isStarted;

    public DiscoveryHandler(EndpointBalancer balancer, DiscoveryResolver resolver, GrpcMetrics? metrics = null)
    {
        _metrics = metrics;
        _balancer = balancer;
        _resolver = resolver;
        _address = new ServerAddress(balancer.Target);
    }

    public EndpointBalancer Balancer => _balancer;

    /// <summary>What its resolver told last, for messages to people.</summary>
    public string LastFound => _resolver.LastTold;

    public ListStatus List => _resolver.List;

    /// <summary>
    /// Whether it has connections; <see cref="ConnectivityState.Idle"/> before the first request or <see cref="ConnectAsync"/>.
    /// </summary>
    public ConnectivityState State => _isStarted ? _balancer.State : ConnectivityState.Idle;

    /// <summary>Connects, and waits until requests can be sent.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        Start();
        return _balancer.WaitUntilReadyAsync(cancellationToken);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!_isStarted)
            Start();
        if (Activity.Current is { OperationName: RpcTelemetry.ClientSpan, IsAllDataRequested: true } span)
            Trace(span, request);
        var notes = CallNotes.Current;
        return _balancer.TryPick(request) is { } endpoint
            ? SendAsync(endpoint, request, notes, cancellationToken)
            : SendLaterAsync(request, notes, cancellationToken);
    }

    /// <summary>
    /// Completes grpc-dotnet's own span, which no interceptor can see. The server's span becomes its child: HttpClient would name a span of
    /// its own as the parent, which most exporters never get.
    /// </summary>
    private void Trace(Activity span, HttpRequestMessage request)
    {
        _address.AddTo(span);
        DistributedContextPropagator.Current.Inject(span, request.Headers, static (headers, key, value) =>
        {
            if (headers is HttpRequestHeaders own && !own.NonValidated.Contains(key))
                own.TryAddWithoutValidation(key, value);
        });
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _resolver.Dispose();
            _balancer.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Start()
    {
        _isStarted = true;
        _resolver.Start(_balancer.Update);
    }

    private async Task<HttpResponseMessage> SendLaterAsync(
        HttpRequestMessage request, CallNotes? notes, CancellationToken cancellationToken)
    {
        var endpoint = await PickAsync(request, notes, cancellationToken).ConfigureAwait(false);
        return await SendAsync(endpoint, request, notes, cancellationToken).ConfigureAwait(false);
    }

    // Holds no more than it must: a call pays for each variable that lives while it waits.
    private async Task<HttpResponseMessage> SendAsync(
        BalancedEndpoint endpoint, HttpRequestMessage request, CallNotes? notes, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri!;
        Exception failure;
        notes?.SentTo(endpoint);
        try
        {
            return await TransmitOnce(endpoint, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        return await SendElsewhereAsync(failure, endpoint, asked, request, notes, cancellationToken).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> TransmitOnce(
        BalancedEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken) =>
        _metrics is { AreAttemptsMeasured: true } metrics && CallOutcomes.IsGrpc(request)
            ? TransmitMeasured(metrics, endpoint, request, cancellationToken)
            : TransmitUnmeasured(endpoint, request, cancellationToken);

    private Task<HttpResponseMessage> TransmitMeasured(
        GrpcMetrics metrics, BalancedEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken) =>
        MeasuredAttempt.SendAsync(metrics, _balancer.Target, request, () => TransmitUnmeasured(endpoint, request, cancellationToken));

    private Task<HttpResponseMessage> TransmitUnmeasured(
        BalancedEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken) =>
        _balancer.AreCallsObserved
            ? TransmitObservedAsync(endpoint, request, cancellationToken)
            : Transmit(endpoint, request, cancellationToken);

    private static async Task<HttpResponseMessage> TransmitObservedAsync(
        BalancedEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        endpoint.CallStarted();
        try
        {
            var response = await Transmit(endpoint, request, cancellationToken).ConfigureAwait(false);
            response.Content = new ObservedContent(endpoint, request, response, started);
            return response;
        }
        catch (Exception exception)
        {
            endpoint.CallEnded(OutcomeOf(exception, request, started), started);
            throw;
        }
    }

    private static Task<HttpResponseMessage> Transmit(
        BalancedEndpoint endpoint, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Null: its list has left it out since it was picked.
        if (endpoint.Connection is not { } connection)
            return Task.FromException<HttpResponseMessage>(new EndpointUnavailableException($"{endpoint} is not connected"));
        request.RequestUri = connection.Uris.Of(request.RequestUri!);
        if (connection.Authority is not null)
            request.Headers.Host ??= connection.Authority;
        return connection.SendAsync(request, cancellationToken);
    }

    /// <summary>Transparent retry (gRFC A6): what no server has processed is sent elsewhere, whatever the retry policy says.</summary>
    private async Task<HttpResponseMessage> SendElsewhereAsync(
        Exception failure, BalancedEndpoint endpoint, Uri asked, HttpRequestMessage request, CallNotes? notes,
        CancellationToken cancellationToken)
    {
        Note(notes, endpoint, failure);
        var moves = 0;
        try
        {
            while (moves < MostMoves && !cancellationToken.IsCancellationRequested && CanBeSentAgain(failure, request))
            {
                request.RequestUri = asked;
                // One that the endpoint before did not ask for is the caller's, and stays.
                if (request.Headers.Host == endpoint.Authority)
                    request.Headers.Host = null;
                _balancer.OnUnsent(endpoint);
                var before = endpoint;
                endpoint = await PickAsync(request, notes, cancellationToken).ConfigureAwait(false);
                // The only one, perhaps, whose server makes no further connection: it is not asked without end.
                if (ReferenceEquals(endpoint, before))
                    await Task.Delay(Math.Min(1 << Math.Min(moves, 6), LongestPause), cancellationToken).ConfigureAwait(false);
                moves++;
                notes?.SentTo(endpoint);
                try
                {
                    return await TransmitOnce(endpoint, request, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    failure = exception;
                    Note(notes, endpoint, failure);
                }
            }
        }
        finally
        {
            if (moves > 0)
                _metrics?.Moved(request, _balancer.Target, moves);
        }

        throw Final(failure);
    }

    private static void Note(CallNotes? notes, BalancedEndpoint endpoint, Exception failure)
    {
        // A call that ends by its deadline or its caller says nothing of the endpoint.
        if (notes is not null && failure is not OperationCanceledException)
            notes.Failed(endpoint.ToString(), ConnectionFailures.Describe(failure));
    }

    private static bool CanBeSentAgain(Exception failure, HttpRequestMessage request) =>
        ConnectionFailures.IsUnsent(failure) || (ConnectionFailures.IsUnprocessed(failure) && ReplayableContent.Is(request.Content));

    /// <summary>What the caller gets. Connections that ended are reported as such, whatever HTTP/2 calls it.</summary>
    private static Exception Final(Exception failure)
    {
        if (ConnectionFailures.IsUnprocessed(failure))
            return new HttpRequestException(
                HttpRequestError.ConnectionError, "The server closed the connection before it processed the request.", failure);
        ExceptionDispatchInfo.Throw(failure);
        return failure;
    }

    private async ValueTask<BalancedEndpoint> PickAsync(
        HttpRequestMessage request, CallNotes? notes, CancellationToken cancellationToken)
    {
        using var noted = notes?.BeginWait(
            List.Received is null ? $"the first list of {_balancer.Target}" : "an endpoint that can take calls", _balancer);
        if (_metrics is { AreAttemptsMeasured: true })
            MeasuredAttempt.Begin(request);
        var waits = request.Options.TryGetValue(WaitForReady, out var wait) && wait;
        try
        {
            return await _balancer.PickAsync(request, waits, cancellationToken).ConfigureAwait(false);
        }
        catch (EndpointUnavailableException exception)
        {
            // gRPC takes an RpcException's status for the call's, and would describe any other exception by its type.
            throw CallOutcomes.IsGrpc(request)
                ? new RpcException(new Status(StatusCode.Unavailable, exception.Message, exception))
                : new HttpRequestException(HttpRequestError.ConnectionError, exception.Message, exception);
        }
    }

    private static CallOutcome OutcomeOf(Exception exception, HttpRequestMessage request, long started) => exception switch
    {
        // Says nothing of the calls that are processed.
        _ when ConnectionFailures.IsUnsent(exception) || ConnectionFailures.IsUnprocessed(exception) => CallOutcome.Abandoned,
        OperationCanceledException => CallOutcomes.OfEnded(request, started),
        _ => CallOutcome.Failed,
    };
}
