using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>A token in a file that something else renews.</summary>
internal sealed partial class FileTokenSource : ITokenSource
{
    private const int MaxBytes = 64 * 1024;
    // Reading a file takes no time, unless its file system is gone.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly TimeSpan _rereadInterval;
    private readonly TimeSpan _maxAge;
    private readonly TimeProvider _time;
    private readonly TokenCache _cache;
    private readonly ILogger _logger;
    // Written by one fetch at a time.
    private AccessToken? _token;
    private bool _isPast;

    public FileTokenSource(string path, FileTokenOptions options, ILogger? logger, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        new FileTokenOptionsValidator().Checked(Options.Create(options));
        _path = path;
        _rereadInterval = options.RereadInterval;
        _maxAge = options.MaxAge;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        var pause = _rereadInterval < TimeSpan.FromSeconds(1) ? _rereadInterval : TimeSpan.FromSeconds(1);
        _cache = new TokenCache(
            $"The token file '{path}'", ReadAsync, TimeLimit, new TokenPauses(pause, _rereadInterval, TimeSpan.Zero), time, _logger);
    }

    public ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken) =>
        _cache.GetAsync(cancellationToken);

    public void Invalidate(AccessToken token) => _cache.Invalidate(token);

    private async Task<CachedToken> ReadAsync(CancellationToken cancellationToken)
    {
        var text = await ReadTextAsync(cancellationToken).ConfigureAwait(false);
        if (_token?.Value != text)
            _token = Parse(text);
        var now = _time.GetUtcNow();
        var next = now + _rereadInterval;
        var isPast = _token.ExpiresAt <= now;
        if (isPast && !_isPast)
            LogPast(_logger, _path, _token.ExpiresAt!.Value);
        _isPast = isPast;
        // This machine's clock may be ahead, so the server is asked. The token is used until the file is read again.
        return new CachedToken(_token, next, isPast ? next : _token.ExpiresAt ?? now + _maxAge);
    }

    /// <summary>
    /// Always reads: a file can be replaced by one of equal length and time (<c>cp -p</c>, a link that points elsewhere).
    /// </summary>
    private async Task<string> ReadTextAsync(CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(
                _path, new FileStreamOptions { Options = FileOptions.Asynchronous, Share = FileShare.ReadWrite | FileShare.Delete });
            await using var _ = file.ConfigureAwait(false);
            var buffer = new byte[MaxBytes + 1];
            var length = await file.ReadAtLeastAsync(
                buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return length <= MaxBytes
                ? Encoding.UTF8.GetString(buffer, 0, length).Trim('\uFEFF', ' ', '\t', '\r', '\n')
                : throw new TokenUnavailableException($"the token file '{_path}' is larger than {MaxBytes} bytes");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TokenUnavailableException($"the token file '{_path}' can't be read ({exception.GetType().Name})");
        }
    }

    private AccessToken Parse(string text)
    {
        try
        {
            return new AccessToken(text, JsonWebToken.ExpiryOf(text));
        }
        catch (ArgumentException)
        {
            throw new TokenUnavailableException($"the token file '{_path}' is empty or holds no bearer token");
        }
    }
}
