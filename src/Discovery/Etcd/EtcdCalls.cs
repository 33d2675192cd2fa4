using System.Globalization;
using Grpc.Core;

namespace Interceptors.Discovery;

/// <summary>
/// Makes requests: to a member that answers, with a valid token, within a bound. Everything that is true of every request
/// stands here once.
/// </summary>
internal sealed class EtcdCalls(EtcdOptions options, EtcdMembers members, TimeProvider time) : IDisposable
{
    private readonly TimeProvider _time = PoolTime.Of(time);
    private readonly EtcdTokens _tokens = new(options);

    /// <summary>
    /// Runs one request. A member in trouble is left for the next one, and so is one of several that gives no answer within
    /// <see cref="EtcdOptions.MemberTimeout"/>, which doubles with each round over the members: what was meant for a lost leader gets no
    /// answer, and the same member answers as soon as there is a new one. Fails after a round in which all answered that they can't.
    /// The request itself is sent again only if that does no harm or it has certainly not been sent. A refused token is replaced once.
    /// </summary>
    /// <param name="operation">For messages.</param>
    /// <param name="subject">The key or lease it is about, for messages.</param>
    /// <param name="isRepeatable">Whether doing it twice does no harm.</param>
    /// <param name="timeout">How long all members together may take.</param>
    /// <param name="call">The request, given the member, its metadata and the token that bounds it in time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EtcdException">It failed.</exception>
    public async Task<T> RunAsync<T>(
        string operation, string subject, bool isRepeatable, TimeSpan timeout, Func<EtcdMember, Metadata, CancellationToken, Task<T>> call,
        CancellationToken cancellationToken)
    {
        var mayRenewToken = _tokens.AreUsed;
        var started = _time.GetTimestamp();
        var wasSent = false;
        var patience = options.MemberTimeout;
        var left = 0;
        var anySilent = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var limit = new CancellationTokenSource(Remaining(), _time);
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            EtcdMember? member = null;
            string? token = null;
            EtcdFailure failure;
            try
            {
                member = await members.GetAsync(bound.Token).ConfigureAwait(false);
                var mayAskAnother = isRepeatable ? members.Count > 1 : left + 1 < members.Count;
                if (mayAskAnother && patience < Remaining())
                    limit.CancelAfter(patience);
                token = _tokens.AreUsed ? await _tokens.GetAsync(member, bound.Token).ConfigureAwait(false) : null;
                return await call(member, MetadataWith(token), bound.Token).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                failure = EtcdFailure.From(bound.IsCancellationRequested ? new OperationCanceledException(null, exception) : exception);
            }

            wasSent |= failure.WasSent && member is not null && (token is not null || !_tokens.AreUsed);
            if (failure.MayBeOldToken && mayRenewToken && token is not null)
            {
                _tokens.Forget(token);
                mayRenewToken = false;
                continue;
            }

            if (failure.IsMembersTrouble && member is not null)
            {
                members.Leave(member, failure.IsTooManyPings);
                anySilent |= limit.IsCancellationRequested;
                var isRoundOver = ++left % members.Count == 0;
                var mayRepeat = isRepeatable || !failure.WasSent || (token is null && _tokens.AreUsed);
                if (mayRepeat && (anySilent || !isRoundOver) && Remaining() > TimeSpan.Zero)
                {
                    if (isRoundOver)
                        (patience, anySilent) = (patience * 2, false);
                    continue;
                }
            }

            throw failure.ToException(operation, subject, member?.ToString() ?? string.Join(",", options.Endpoints), wasSent, options);
        }

        TimeSpan Remaining() => timeout - _time.GetElapsedTime(started) is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    public EtcdOptions Options => options;

    /// <summary>Says that a stream that a member had accepted has broken.</summary>
    public void Leave(EtcdMember member, EtcdFailure failure) => members.Leave(member, failure.IsTooManyPings);

    public void Dispose() => members.Dispose();

    public static string LeaseName(long lease) => string.Create(CultureInfo.InvariantCulture, $"lease {lease:x}");

    private static Metadata MetadataWith(string? token)
    {
        // Without it a member that has lost its leader keeps streams open and silent.
        var metadata = new Metadata { { "hasleader", "true" } };
        if (!string.IsNullOrEmpty(token))
            metadata.Add("token", token);
        return metadata;
    }
}
