using System.Collections;
using Grpc.Core;

namespace Interceptors.Client;

/// <summary>
/// The credentials in one attempt of a call; attempts of a hedged call run concurrently. If one attempt asks for them, or lists them,
/// twice,
/// the channel has credentials of its own.
/// </summary>
internal sealed class CredentialAttempt(FallbackCallCredentials credentials) : IReadOnlyList<CallCredentials>
{
    private bool _asked;
    private bool _listed;

    public int Count => 0;

    public CallCredentials this[int index] => throw new ArgumentOutOfRangeException(nameof(index));

    public Task AddTokenAsync(AuthInterceptorContext context, Metadata metadata)
    {
        if (credentials.YieldsToChannel)
            return Task.CompletedTask;
        if (_asked)
            throw credentials.Yield();
        _asked = true;
        return credentials.AddTokenAsync(context, metadata);
    }

    public IEnumerator<CallCredentials> GetEnumerator()
    {
        if (_listed)
            throw credentials.Yield();
        _listed = true;
        return Enumerable.Empty<CallCredentials>().GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
