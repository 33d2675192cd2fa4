using System.Net;
using System.Runtime.CompilerServices;
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
    /// <param name="time">The clock. Default: the system's.</param>
    public EtcdClient(
        EtcdOptions options, ILoggerFactory? loggerFactory = null, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        TimeProvider? time = null)
    {
        Options = options;
        Time = time ?? TimeProvider.System;
        var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<EtcdClient>();
        var tls = new EtcdTls(options.Tls, logger);
        _calls = new EtcdCalls(options, new EtcdMembers(options, tls, resolve ?? Dns.GetHostAddressesAsync, logger), Time);
    }

    /// <summary>The clock of all that uses this client.</summary>
    public TimeProvider Time { get; }

    public EtcdOptions Options { get; }

    /// <summary>All keys that start with the prefix, as they were at one revision, which the answer's header tells.</summary>
    public async Task<RangeResponse> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        RangeResponse? all = null;
        await foreach (var page in ReadPagesAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            if (all is null)
                all = page;
            else
                all.Kvs.AddRange(page.Kvs);
        }

        return all!;
    }

    /// <summary>
    /// The same, page by page, all at the revision of the first. Pages are as large as <see cref="EtcdOptions.PageSize"/> says, and
    /// smaller where values are large: no page is kept here, and none grows far beyond a few megabytes. Values above
    /// <see cref="ServiceFormats.MaxValueSize"/> have their length, and zeros for bytes.
    /// </summary>
    public async IAsyncEnumerable<RangeResponse> ReadPagesAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var size = new PageSize(Options.PageSize);
        var request = new RangeRequest
        {
            Key = ByteString.CopyFromUtf8(prefix),
            RangeEnd = EtcdKeys.EndOfPrefix(prefix),
        };
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = ReadPageAsync(prefix, request, size, reading.Token);
        try
        {
            while (true)
            {
                var page = await next.ConfigureAwait(false);
                if (page.More)
                {
                    if (request.Revision == 0)
                        request.Revision = page.Header.Revision;
                    request.Key = EtcdKeys.After(page.Kvs[^1].Key);
                    size.OnRead(page.Kvs.Count, page.CalculateSize());
                    // etcd works on it while the caller reads this one.
                    next = ReadPageAsync(prefix, request, size, reading.Token);
                }

                yield return page;
                if (!page.More)
                    yield break;
            }
        }
        finally
        {
            await reading.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task<RangeResponse> GetAsync(string key, CancellationToken cancellationToken) =>
        RangeAsync("Range", key, new RangeRequest { Key = ByteString.CopyFromUtf8(key) }, cancellationToken);

    public Task<PutResponse> PutAsync(string key, ByteString value, long lease, CancellationToken cancellationToken)
    {
        var request = new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = value, Lease = lease };
        return _calls.RunAsync("Put", key, isRepeatable: false, Options.RequestTimeout, async (member, metadata, bound) =>
            await new KV.KVClient(member.Invoker).PutAsync(request, metadata, cancellationToken: bound).ConfigureAwait(false),
            cancellationToken);
    }

    /// <summary>
    /// Puts a key if it has not been touched since a revision. May be sent twice: the second is then refused, because the first has
    /// touched the key.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="lease">What it hangs on.</param>
    /// <param name="modRevision">The revision of its last change; 0 for a key that does not exist.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<TxnResponse> PutUnchangedAsync(
        string key, ByteString value, long lease, long modRevision, CancellationToken cancellationToken)
    {
        var name = ByteString.CopyFromUtf8(key);
        var request = new TxnRequest
        {
            Compare = { new Compare { Key = name, Target = Compare.Types.CompareTarget.Mod, ModRevision = modRevision } },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = name, Value = value, Lease = lease } } },
        };
        return _calls.RunAsync("Txn", key, isRepeatable: true, Options.RequestTimeout, async (member, metadata, bound) =>
            await new KV.KVClient(member.Invoker).TxnAsync(request, metadata, cancellationToken: bound).ConfigureAwait(false),
            cancellationToken);
    }

    /// <summary>Removes a key. Not sent twice: the second answer would say that there was none.</summary>
    public Task<DeleteRangeResponse> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var request = new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) };
        return _calls.RunAsync("DeleteRange", key, isRepeatable: false, Options.RequestTimeout, async (member, metadata, bound) =>
            await new KV.KVClient(member.Invoker).DeleteRangeAsync(request, metadata, cancellationToken: bound).ConfigureAwait(false),
            cancellationToken);
    }

    /// <summary>Grants a lease under an id that the caller has chosen, so that it can end it even if the answer never came.</summary>
    /// <param name="lease">The id; positive, at random.</param>
    /// <param name="ttl">How long it lives; etcd may give it longer.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>How long it lives from now on.</returns>
    public async Task<TimeSpan> GrantLeaseAsync(long lease, TimeSpan ttl, CancellationToken cancellationToken)
    {
        var request = new LeaseGrantRequest { ID = lease, TTL = (long)Math.Ceiling(ttl.TotalSeconds) };
        try
        {
            var granted = await _calls.RunAsync(
                "LeaseGrant", EtcdCalls.LeaseName(lease), isRepeatable: true, Options.RequestTimeout, async (member, metadata, bound) =>
                    await new Lease.LeaseClient(member.Invoker)
                        .LeaseGrantAsync(request, metadata, cancellationToken: bound).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            return TimeSpan.FromSeconds(granted.TTL);
        }
        catch (EtcdException exception) when (exception.StatusCode == StatusCode.FailedPrecondition)
        {
            // It exists already: a member that gave no answer in time has granted it all the same.
            var alive = await KeepLeaseAliveAsync(lease, ttl, cancellationToken).ConfigureAwait(false);
            return alive.TTL > 0
                ? TimeSpan.FromSeconds(alive.TTL)
                : throw new EtcdException(exception.Message, exception.StatusCode, exception);
        }
    }

    /// <summary>Ends a lease, and with it removes every key that is attached to it.</summary>
    public Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken)
    {
        var request = new LeaseRevokeRequest { ID = lease };
        return _calls.RunAsync(
            "LeaseRevoke", EtcdCalls.LeaseName(lease), isRepeatable: true, Options.RequestTimeout, async (member, metadata, bound) =>
            await new Lease.LeaseClient(member.Invoker).LeaseRevokeAsync(request, metadata, cancellationToken: bound).ConfigureAwait(false),
            cancellationToken);
    }

    /// <summary>Restarts a lease's life. Zero or less in the answer's TTL: the lease is gone for good.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="timeout">How long it may take; the request timeout if that is shorter.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <remarks>A stream per beat: nothing to keep open, so nothing that can be broken without being noticed.</remarks>
    public Task<LeaseKeepAliveResponse> KeepLeaseAliveAsync(long lease, TimeSpan timeout, CancellationToken cancellationToken)
    {
        timeout = timeout < Options.RequestTimeout ? timeout : Options.RequestTimeout;
        return _calls.RunAsync("LeaseKeepAlive", EtcdCalls.LeaseName(lease), isRepeatable: true, timeout, async (member, metadata, bound) =>
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

    private async Task<RangeResponse> ReadPageAsync(string prefix, RangeRequest request, PageSize size, CancellationToken cancellationToken)
    {
        while (true)
        {
            request.Limit = size.Keys;
            try
            {
                return await _calls.RunAsync("Range", prefix, isRepeatable: true, Options.RequestTimeout, async (member, metadata, bound) =>
                {
                    var call = new CallOptions(metadata, cancellationToken: bound);
                    using var answer = member.Invoker.AsyncUnaryCall(LeanAnswers.RangeMethod, host: null, call, request);
                    return await answer.ResponseAsync.ConfigureAwait(false);
                }, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdException exception) when (size.Keys > 1 && EtcdFailure.IsTooLarge(exception))
            {
                size.OnTooLarge();
            }
        }
    }

    private Task<RangeResponse> RangeAsync(string operation, string subject, RangeRequest request, CancellationToken cancellationToken) =>
        _calls.RunAsync(operation, subject, isRepeatable: true, Options.RequestTimeout, async (member, metadata, bound) =>
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
        return _calls.RunAsync("Watch", key, isRepeatable: true, Options.RequestTimeout,
            (member, metadata, bound) => EtcdWatch.OpenAsync(_calls, member, metadata, key, request, bound, cancellationToken),
            cancellationToken);
    }
}
