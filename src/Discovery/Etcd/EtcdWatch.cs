using Grpc.Core;
using Interceptors.Discovery.Etcd.Protocol;

namespace Interceptors.Discovery;

/// <summary>
/// One open watch on a stream of its own, so that ending it touches no other. It ends by failing: whoever reads it lists again
/// and opens a new one, whatever the reason was.
/// </summary>
internal sealed class EtcdWatch : IDisposable
{
    private readonly EtcdCalls _calls;
    private readonly EtcdMember _member;
    private readonly string _key;
    private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call;

    private EtcdWatch(EtcdCalls calls, EtcdMember member, string key, AsyncDuplexStreamingCall<WatchRequest, WatchResponse> call)
    {
        _calls = calls;
        _member = member;
        _key = key;
        _call = call;
    }

    /// <summary>
    /// Opens the watch and waits, until <c>opening</c> is cancelled, for etcd to accept it; <c>lifetime</c> ends
    /// it.
    /// </summary>
    public static async Task<EtcdWatch> OpenAsync(
        EtcdCalls calls, EtcdMember member, Metadata metadata, string key, WatchCreateRequest request,
        CancellationToken opening, CancellationToken lifetime)
    {
        var options = new CallOptions(metadata, cancellationToken: lifetime);
        // Of one key, the value is wanted whatever its size.
        var call = request.RangeEnd.IsEmpty
            ? new Watch.WatchClient(member.Invoker).Watch(options)
            : member.Invoker.AsyncDuplexStreamingCall(LeanAnswers.WatchMethod, host: null, options);
        try
        {
            await call.RequestStream.WriteAsync(new WatchRequest { CreateRequest = request }, opening).ConfigureAwait(false);
            if (!await call.ResponseStream.MoveNext(opening).ConfigureAwait(false))
                throw new RpcException(new Status(StatusCode.Unavailable, "the stream ended before the watch was created"));
            ThrowIfRejected(call.ResponseStream.Current, request.StartRevision);
            return new EtcdWatch(calls, member, key, call);
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    /// <summary>The next events: all of one or more revisions, never a part of one. Empty for a sign of life.</summary>
    /// <exception cref="EtcdException">The watch has ended.</exception>
    public async Task<IReadOnlyList<Event>> ReadAsync(CancellationToken cancellationToken)
    {
        List<Event>? parts = null;
        while (true)
        {
            var response = await NextAsync(cancellationToken).ConfigureAwait(false);
            if (!response.Fragment && parts is null)
                return response.Events;
            (parts ??= []).AddRange(response.Events);
            if (!response.Fragment)
                return parts;
        }
    }

    public void Dispose() => _call.Dispose();

    private async Task<WatchResponse> NextAsync(CancellationToken cancellationToken)
    {
        EtcdFailure failure;
        try
        {
            if (await _call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false))
            {
                var response = _call.ResponseStream.Current;
                return response.Canceled ? throw Canceled(response) : response;
            }

            failure = EtcdFailure.From(new RpcException(new Status(StatusCode.Unavailable, "the stream ended")));
        }
        catch (Exception exception) when (exception is not EtcdException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            failure = EtcdFailure.From(exception);
        }

        if (failure.IsMembersTrouble)
            _calls.Leave(_member, failure);
        throw failure.ToException("Watch", _key, _member.ToString(), wasSent: true, _calls.Options);
    }

    private EtcdException Canceled(WatchResponse response) =>
        new($"etcd ended the watch of '{_key}' at {_member}: "
            + (response.CompactRevision > 0
                ? $"history up to revision {response.CompactRevision} has been compacted"
                : response.CancelReason.Length > 0 ? response.CancelReason : "no reason given"), StatusCode.Aborted);

    private static void ThrowIfRejected(WatchResponse response, long startRevision)
    {
        // The stream stays open after a rejection, and the reason is text only.
        if (response.Canceled && response.CompactRevision == 0)
        {
            var code = EtcdFailure.IsAboutToken(response.CancelReason) ? StatusCode.Unauthenticated
                : response.CancelReason.Contains("PermissionDenied", StringComparison.Ordinal)
                  || response.CancelReason.Contains("permission denied", StringComparison.Ordinal) ? StatusCode.PermissionDenied
                : StatusCode.Aborted;
            throw new RpcException(new Status(code, response.CancelReason));
        }

        // Restored from a backup or wiped: what was listed before is not this history.
        if (response.Header.Revision < startRevision - 1)
            throw new RpcException(new Status(StatusCode.Aborted,
                $"etcd is at revision {response.Header.Revision}, before {startRevision - 1}, which it had reached: "
                + "its data has gone back"));
    }
}
