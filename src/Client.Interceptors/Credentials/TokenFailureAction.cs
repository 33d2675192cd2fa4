namespace Interceptors.Client;

/// <summary>What becomes of a call for which no token can be had.</summary>
public enum TokenFailureAction
{
    /// <summary>It fails with <c>Unauthenticated</c>, and is not sent.</summary>
    FailCall,

    /// <summary>It is sent without a token; the server decides.</summary>
    SendWithout,
}
