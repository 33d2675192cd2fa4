namespace Interceptors.Client;

/// <summary>
/// How many attempts may be repeated, as gRPC's own retry throttling counts it
/// (https://github.com/grpc/proposal/blob/master/A6-client-retries.md): an attempt that fails with a status that is retried takes a token,
/// one that succeeds gives a part of one. No call is repeated while half of the tokens or less are left. There is one budget for each
/// service and host, shared by its methods.
/// </summary>
public sealed class RetryBudgetOptions
{
    /// <summary>
    /// The tokens at the start, and the most; 1 to 1000. Default: 100, so that 50 failures in a row are repeated and no more.
    /// </summary>
    public int MaxTokens { get; set; } = 100;

    /// <summary>
    /// The tokens that a successful attempt gives back; 0.001 to 1000. Default: 0.1, so that in the long run retries are about a tenth
    /// of all calls.
    /// </summary>
    public double TokenRatio { get; set; } = 0.1;
}
