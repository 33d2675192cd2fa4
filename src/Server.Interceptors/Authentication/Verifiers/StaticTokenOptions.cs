namespace Interceptors.Server;

/// <summary>The static tokens that a server accepts.</summary>
public sealed class StaticTokenOptions
{
    /// <summary>The tokens; at least one. Several at once are good, so that a new one can be given out before an old one goes.</summary>
    public IList<StaticToken> Tokens { get; } = [];
}
