namespace Interceptors.Server;

/// <summary>Which streams end by themselves when the server stops, and when.</summary>
public sealed class StreamShutdownOptions
{
    /// <summary>
    /// The methods whose streams end, by patterns: <c>pkg.Service/Method</c>, <c>pkg.Service</c>, <c>pkg.*</c>. Only those that stream
    /// responses (server streaming and duplex) do. Default: empty, all of them.
    /// </summary>
    public IList<string> Methods { get; } = [];

    /// <summary>
    /// Gives the token that is cancelled when streams are to end. With discovery that is <c>IDrainState.Draining</c>, after clients have
    /// seen that the server leaves: <c>options.Stopping = services => services.GetRequiredService&lt;IDrainState&gt;().Draining</c>.
    /// Default: null, <c>IHostApplicationLifetime.ApplicationStopping</c>.
    /// </summary>
    public Func<IServiceProvider, CancellationToken>? Stopping { get; set; }
}
