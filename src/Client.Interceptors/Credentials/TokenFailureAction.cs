namespace Interceptors.Client;

/// <summary>What happens to a call when the token source has no token.</summary>
public enum TokenFailureAction
{
    /// <summary>It fails with <c>Unauthenticated</c>, and is not sent.</summary>
    FailCall,

    /// <summary>It is sent without a token; the server decides.</summary>
    SendWithout,
}
