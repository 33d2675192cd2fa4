namespace Interceptors.Client;

/// <summary>A count of tokens that failed attempts take and successful ones give back (gRFC A6, "Throttling Retry Attempts").</summary>
internal sealed class RetryBudget(RetryBudgetOptions options)
{
    // In thousandths, as fine as the ratio may be.
    private const int Token = 1000;

    private readonly int _most = options.MaxTokens * Token;
    private readonly int _gain = (int)(options.TokenRatio * Token);
    private int _tokens = options.MaxTokens * Token;

    /// <summary>An attempt has failed with a status that asks for a retry: whether there may be one.</summary>
    public bool TakeForFailure() => Change(-Token) > _most / 2;

    /// <summary>An attempt has succeeded.</summary>
    public void GiveForSuccess()
    {
        // Nearly always so.
        if (Volatile.Read(ref _tokens) < _most)
            Change(_gain);
    }

    private int Change(int by)
    {
        while (true)
        {
            var before = Volatile.Read(ref _tokens);
            var after = Math.Clamp(before + by, 0, _most);
            if (Interlocked.CompareExchange(ref _tokens, after, before) == before)
                return after;
        }
    }
}
