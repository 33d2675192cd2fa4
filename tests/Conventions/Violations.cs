namespace Interceptors.Conventions.Tests;

/// <summary>Fails with all that breaks a rule, each on a line, so that it can be mended in one go.</summary>
internal static class Violations
{
    public static void None(IEnumerable<object> violations)
    {
        var all = violations.ToList();
        Assert.True(all.Count == 0, $"{all.Count} violations:\n{string.Join('\n', all)}");
    }
}
