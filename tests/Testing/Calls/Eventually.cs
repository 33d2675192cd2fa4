namespace Interceptors.Testing;

/// <summary>Waits for what other threads bring about, within a bound that only a failing test reaches.</summary>
public static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    public static async Task True(Func<bool> condition, string expectation, TimeSpan? bound = null)
    {
        var until = DateTime.UtcNow + (bound ?? Bound);
        while (!condition())
        {
            if (DateTime.UtcNow > until)
                throw new TimeoutException($"It did not come about that {expectation}.");
            await Task.Delay(5);
        }
    }
}
