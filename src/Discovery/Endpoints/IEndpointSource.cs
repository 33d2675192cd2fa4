namespace Interceptors.Discovery;

/// <summary>Tells which endpoints a service has, live.</summary>
public interface IEndpointSource
{
    /// <summary>Follows the endpoints of a service.</summary>
    /// <remarks>
    /// <para>
    /// The first snapshot comes as soon as the list is known; if it turns out that it can't be known yet, a stale empty one
    /// comes at once. Each change brings another; a reader that is slow gets the latest and misses those in between.
    /// While the registry is away a stale snapshot keeps the last list, and a fresh one follows when it is back.
    /// </para>
    /// <para>
    /// The stream never fails and never ends because the registry is away, refuses, or holds something unreadable. It ends in
    /// two ways only: with an <see cref="OperationCanceledException"/> when <paramref name="cancellationToken"/> is cancelled,
    /// and quietly when the source is disposed.
    /// </para>
    /// <para>Any number of readers of one service share one watch; it stops when the last of them leaves.</para>
    /// </remarks>
    /// <param name="service">The name of the service, for example <c>user</c>.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>The snapshots, the latest first and then each change.</returns>
    /// <exception cref="ArgumentException">The name is not a service name.</exception>
    /// <exception cref="ObjectDisposedException">The source is disposed.</exception>
    IAsyncEnumerable<EndpointSnapshot> WatchAsync(string service, CancellationToken cancellationToken);
}
