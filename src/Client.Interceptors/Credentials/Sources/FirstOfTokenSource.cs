using Grpc.Core;

namespace Interceptors.Client;

/// <summary>Asks several sources in order and gives the first token.</summary>
internal sealed class FirstOfTokenSource(ITokenSource[] sources) : ITokenSource
{
    public ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken)
    {
        ValueTask<AccessToken> first;
        try
        {
            first = sources[0].GetTokenAsync(context, cancellationToken);
        }
        catch (Exception exception)
        {
            first = ValueTask.FromException<AccessToken>(exception);
        }
        return first.IsCompletedSuccessfully ? first : AskAsync(first, context, cancellationToken);
    }

    /// <summary>Tells all of them: each knows its own tokens.</summary>
    public void Invalidate(AccessToken token)
    {
        foreach (var source in sources)
            source.Invalidate(token);
    }

    private async ValueTask<AccessToken> AskAsync(
        ValueTask<AccessToken> first, TokenRequestContext context, CancellationToken cancellationToken)
    {
        var reasons = new List<string>();
        var status = StatusCode.Unauthenticated;
        for (var i = 0; i < sources.Length; i++)
        {
            try
            {
                return i == 0
                    ? await first.ConfigureAwait(false)
                    : await sources[i].GetTokenAsync(context, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Other messages may hold secrets.
                var unavailable = exception as TokenUnavailableException;
                reasons.Add(unavailable?.Message ?? exception.GetType().Name);
                if (unavailable?.StatusCode == StatusCode.Unavailable)
                    status = StatusCode.Unavailable;
            }
        }
        throw new TokenUnavailableException($"none of {sources.Length} sources has one: {string.Join("; ", reasons)}", status);
    }
}
