namespace Interceptors.Client;

/// <summary>What happens to a call when the token source has no token.</summary>
public enum TokenFailureAction
{
    /// <summary>
    /// It fails, and is not sent: with <see cref="TokenUnavailableException.StatusCode"/>, else with <c>Unauthenticated</c>.
    /// </summary>
    FailCall,

    /// <summary>It is sent without a token; the server decides.</summary>
    SendWithout,
}
