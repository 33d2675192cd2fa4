using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Interceptors.Server;

/// <summary>Keeps the tokens of a static verifier up to date with the configuration.</summary>
/// <remarks>
/// Not by IOptionsMonitor: when a reload can't be bound, it throws at whoever reloads, and tells its listeners nothing.
/// </remarks>
internal sealed partial class ReloadingStaticTokens : IDisposable
{
    private readonly string _name;
    private readonly IOptionsFactory<StaticTokenOptions> _options;
    private readonly ILogger _logger;
    private readonly List<IDisposable> _subscriptions = [];
    private readonly Lock _reloading = new();

    public ReloadingStaticTokens(
        string name,
        IOptionsFactory<StaticTokenOptions> options,
        IEnumerable<IOptionsChangeTokenSource<StaticTokenOptions>> changes,
        ILogger<TokenAuthenticationInterceptor>? logger = null,
        TimeProvider? timeProvider = null)
    {
        _name = name;
        _options = options;
        _logger = logger ?? NullLogger<TokenAuthenticationInterceptor>.Instance;
        Verifier = new StaticTokenVerifier(Read(), timeProvider ?? TimeProvider.System);
        foreach (var source in changes.Where(source => (source.Name ?? "") == name))
            _subscriptions.Add(ChangeToken.OnChange(source.GetChangeToken, Reload));
        // For a change that came before the subscription: it may have taken a token out.
        Verifier.Exchange(Read());
    }

    public StaticTokenVerifier Verifier { get; }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
    }

    private StaticTokenSet Read() => new(_options.Create(_name).Tokens);

    private void Reload()
    {
        // One after another: what was read first must not be put in place last.
        lock (_reloading)
        {
            try
            {
                var tokens = Read();
                Verifier.Exchange(tokens);
                LogReloaded(_logger, tokens.Count);
            }
            catch (Exception exception)
            {
                // Of other exceptions, such as those of binding, the message quotes values.
                LogReloadFailed(
                    _logger, exception is InvalidStaticTokensException ? SafeText.Of(exception.Message) : exception.GetType().Name);
            }
        }
    }
}
