using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Interceptors.Discovery.Etcd.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Interceptors.Discovery;

/// <summary>
/// The requests to etcd that discovery makes. Each is bounded in time and fails with an
/// <see cref="EtcdException"/>.
/// </summary>
internal sealed class EtcdClient : IDisposable
{
    private readonly EtcdCalls _calls;

    /// <summary>Sends nothing yet.</summary>
    /// <param name="options">Have been checked.</param>
    /// <param name="loggerFactory">Where to log to. Default: nowhere.</param>
    /// <param name="resolve">The addresses of a host's name. Default: what the system says.</param>
    public EtcdClient(
        EtcdOptions options, ILoggerFactory? loggerFactory = null, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        Options = options;
        var tls = new EtcdTls(options.Tls, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<EtcdClient>());
        _calls = new EtcdCalls(options, new EtcdMembers(options, tls, resolve ?? Dns.GetHostAddressesAsync));
    }

    public EtcdOptions Options { get; }

    /// <summary>All keys that start with the prefix, as they were at one revision, which the answer's header tells.</summary>
    public async Task<RangeResponse> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var request = new RangeRequest
        {
            Key = ByteString.CopyFromUtf8(prefix),
            RangeEnd = EtcdKeys.EndOfPrefix(prefix),
            Limit = Options.PageSize,
        };
        var all = await RangeAsync("Range", prefix, request, cancellationToken).ConfigureAwait(false);
        request.Revision = all.Header.Revision;
        for (var page = all; page.More;)
        {
            request.Key = EtcdKeys.After(page.Kvs[^1].Key);
            page = await RangeAsync("Range", prefix, request, cancellationToken).ConfigureAwait(false);
            all.Kvs.AddRange(page.Kvs);
        }

        return all;
    }

    public Task<RangeResponse> GetAsync(string key, CancellationToken cancellationToken) =>
        RangeAsync("Range", key, new RangeRequest { Key = ByteString.CopyFromUtf8(key) }, cancellationToken);

    public Task<PutResponse> PutAsync(string key, ByteString value, long lease, CancellationToken cancellationToken)
    {
        var request = new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = value, Lease = lease };
        return _calls.RunAsync("Put", key, isRead: false, Options.RequestTimeout, async (member, metadata, bound) =>
            await new KV.KVClient(member.Invoker).PutAsync(request, metadata, cancellationToken: bound).ConfigureAwait(false),
            cancellationToken);
    }

    /// <summary>Removes a key. Not sent twice: the second answer would say that there was none.</summary>
    public Task<DeleteRangeResponse> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var request = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) };
        return _calls.RunAsync("DeleteRange", key, isRead: false, Options.RequestTimeout, async (member, metadata, bound) =>
            await new KV.KVClient(member.Invoker).DeleteRangeAsync(request, metadata, cancellationToken: bound).ConfigureAwait(false),
            cancellationToken);
    }

    /// <summary>Grants a new lease. Etcd may give it a longer life than asked for.</summary>
    public Task<LeaseGrantResponse> GrantLeaseAsync(TimeSpan ttl, CancellationToken cancellationToken)
    {
        var request = new LeaseGrantRequest { TTL = (long)Math.Ceiling(ttl.TotalSeconds) };
        return _calls.RunAsync("LeaseGrant", "a new lease", isRead: false, Options.RequestTimeout, async (member, metadata, bound) =>
            await new Lease.LeaseClient(member.Invoker).LeaseGrantAsync(request, metadata, cancellationToken: bound).ConfigureAwait(false),
            cancellationToken);
    }

    /// <summary>Ends a lease, and with it removes every key that is attached to it.</summary>
    public Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken)
    {
        var request = new LeaseRevokeRequest { ID = lease };
        return _calls.RunAsync("LeaseRevoke", EtcdCalls.LeaseName(lease), isRead: true, Options.RequestTimeout, async (member, metadata, bound) =>
            await new Lease.LeaseClient(member.Invoker).LeaseRevokeAsync(request, metadata, cancellationToken: bound).ConfigureAwait(false),
            cancellationToken);
    }

    /// <summary>Restarts a lease's life. Zero or less in the answer's TTL: the lease is gone for good.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="timeout">How long one member may take; the request timeout if that is shorter.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <remarks>A stream per beat: nothing to keep open, so nothing that can be broken without being noticed.</remarks>
    public Task<LeaseKeepAliveResponse> KeepLeaseAliveAsync(long lease, TimeSpan timeout, CancellationToken cancellationToken)
    {
        timeout = timeout < Options.RequestTimeout ? timeout : Options.RequestTimeout;
        return _calls.RunAsync("LeaseKeepAlive", EtcdCalls.LeaseName(lease), isRead: true, timeout, async (member, metadata, bound) =>
        {
            using var call = new Lease.LeaseClient(member.Invoker).LeaseKeepAlive(metadata, cancellationToken: bound);
            await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = lease }, bound).ConfigureAwait(false);
            if (!await call.ResponseStream.MoveNext(bound).ConfigureAwait(false))
                throw new RpcException(new Status(StatusCode.Unavailable, "the stream ended without an answer"));
            var answer = call.ResponseStream.Current;
            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
            return answer;
        }, cancellationToken);
    }

    /// <summary>Opens a watch on all keys that start with the prefix, from a revision on.</summary>
    public Task<EtcdWatch> WatchPrefixAsync(string prefix, long revision, CancellationToken cancellationToken) =>
        WatchAsync(prefix, EtcdKeys.EndOfPrefix(prefix), revision, cancellationToken);

    /// <summary>Opens a watch on one key, from a revision on.</summary>
    public Task<EtcdWatch> WatchKeyAsync(string key, long revision, CancellationToken cancellationToken) =>
        WatchAsync(key, ByteString.Empty, revision, cancellationToken);

    public void Dispose() => _calls.Dispose();

    private Task<RangeResponse> RangeAsync(string operation, string subject, RangeRequest request, CancellationToken cancellationToken) =>
        _calls.RunAsync(operation, subject, isRead: true, Options.RequestTimeout, async (member, metadata, bound) =>
            await new KV.KVClient(member.Invoker).RangeAsync(request, metadata, cancellationToken: bound).ConfigureAwait(false),
            cancellationToken);

    private Task<EtcdWatch> WatchAsync(string key, ByteString rangeEnd, long revision, CancellationToken cancellationToken)
    {
        var request = new WatchCreateRequest
        {
            Key = ByteString.CopyFromUtf8(key),
            RangeEnd = rangeEnd,
            StartRevision = revision,
            Fragment = true,
            ProgressNotify = true,
        };
        return _calls.RunAsync("Watch", key, isRead: true, Options.RequestTimeout,
            (member, metadata, bound) => EtcdWatch.OpenAsync(_calls, member, metadata, key, request, bound, cancellationToken),
            cancellationToken);
    }
}
