using System.Net;
using System.Runtime.CompilerServices;
using Interceptors.Discovery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.ServiceDiscovery;

namespace Interceptors.ServiceDiscovery;

/// <summary>What .NET's service discovery resolves, as a source of endpoints: <c>sd:///user</c>.</summary>
internal sealed partial class ServiceDiscoveryEndpointSource(
    ServiceEndpointResolver resolver, ILogger logger, TimeProvider time) : IEndpointSource
{
    public const string Scheme = "sd";

    // The resolver drops a look-up that nobody has asked for during 10 s or more, and with it what makes it live.
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(4);

    public IAsyncEnumerable<EndpointSnapshot> WatchAsync(string service, CancellationToken cancellationToken)
    {
        ServiceName.ThrowIfInvalid(service, nameof(service));
        return ReadAsync(service, cancellationToken);
    }

    private async IAsyncEnumerable<EndpointSnapshot> ReadAsync(string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), time);
        var last = EndpointSnapshot.Create(service, []);
        ServiceEndpointSource? resolved = null;
        string? failing = null;
        while (true)
        {
            backoff.AttemptStarts();
            var (answer, problem) = await AskAsync(service, cancellationToken).ConfigureAwait(false);
            if (answer is null)
            {
                if (problem is null)
                    yield break;
                if (failing is null)
                    LogUnresolved(logger, service, problem);
                if (failing != problem)
                    yield return last = last.AsStale(time.GetUtcNow(), problem);
                (failing, resolved) = (problem, null);
                await Task.Delay(backoff.Next(), time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (failing is not null)
                LogResolved(logger, service);
            failing = null;
            if (!ReferenceEquals(answer, resolved))
                yield return last = EndpointSnapshot.Create(
                    service, answer.Endpoints.Select(EndpointReading.Of).OfType<DiscoveryEndpoint>());
            resolved = answer;
            await ChangedAsync(answer.ChangeToken, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The answer, or why there is none; neither if the resolver is disposed.</summary>
    private async Task<(ServiceEndpointSource? Answer, string? Problem)> AskAsync(string service, CancellationToken cancellationToken)
    {
        if (service.Contains('/', StringComparison.Ordinal))
            return (null, $"'{service}' has a slash, which a name of service discovery has not.");
        try
        {
            return (await resolver.GetEndpointsAsync(service, cancellationToken).ConfigureAwait(false), null);
        }
        catch (ObjectDisposedException)
        {
            return default;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"Service discovery failed: {SafeText.Of(exception.Message)}");
        }
    }

    /// <summary>Waits until the endpoints may be others.</summary>
    private async Task ChangedAsync(IChangeToken token, CancellationToken cancellationToken)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = token.RegisterChangeCallback(static state => ((TaskCompletionSource)state!).TrySetResult(), changed);
        try
        {
            await changed.Task.WaitAsync(AskAgain, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Asking costs nothing while the answer is still good.
        }
    }

    private static class EndpointReading
    {
        /// <summary>An endpoint that can be called; null for others. Its metadata is that of the registry, if it comes from one.</summary>
        public static DiscoveryEndpoint? Of(ServiceEndpoint endpoint) =>
            endpoint.Features.Get<DiscoveryEndpoint>() ?? endpoint.EndPoint switch
            {
                IPEndPoint { Port: > 0 } ip => new DiscoveryEndpoint(ip.Address.ToString(), ip.Port),
                UriEndPoint { Uri: { IsAbsoluteUri: true, Port: > 0 } uri } => new DiscoveryEndpoint(
                    uri.Host, uri.Port, new Dictionary<string, string> { [EndpointMetadata.Scheme] = uri.Scheme }),
                DnsEndPoint { Port: > 0 } dns => new DiscoveryEndpoint(dns.Host, dns.Port),
                _ => null,
            };
    }
}
