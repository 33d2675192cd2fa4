using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Interceptors.Client;

/// <summary>A token in a file that something else renews.</summary>
internal sealed class FileTokenSource : ISharedTokenSource
{
    private const int MaxBytes = 64 * 1024;
    // Reading a file takes no time, unless its file system is gone.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly TimeSpan _rereadInterval;
    private readonly TimeSpan _maxAge;
    private readonly TimeProvider _time;
    private readonly TokenCache _cache;
    // Written by one fetch at a time.
    private (DateTime Written, long Length, AccessToken Token)? _read;

    public FileTokenSource(string path, FileTokenOptions options, ILogger? logger, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        new FileTokenOptionsValidator().Checked(Options.Create(options));
        _path = path;
        _rereadInterval = options.RereadInterval;
        _maxAge = options.MaxAge;
        _time = time;
        var pause = _rereadInterval < TimeSpan.FromSeconds(1) ? _rereadInterval : TimeSpan.FromSeconds(1);
        _cache = new TokenCache(
            $"The token file '{path}'", ReadAsync, TimeLimit, (pause, _rereadInterval), time, logger ?? NullLogger.Instance);
    }

    public ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancellationToken) =>
        _cache.GetAsync(cancellationToken);

    public void Invalidate(AccessToken token) => _cache.Invalidate(token);

    private async Task<CachedToken> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Projected tokens are renewed by pointing a link elsewhere: what counts is the file behind it.
            FileInfo link = new(_path);
            var file = link.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? link;
            if (_read is not { } read || read.Written != file.LastWriteTimeUtc || read.Length != file.Length)
                _read = read = (file.LastWriteTimeUtc, file.Length, await ReadAsync(file, cancellationToken).ConfigureAwait(false));
            var now = _time.GetUtcNow();
            return new CachedToken(read.Token, now + _rereadInterval, read.Token.ExpiresAt ?? now + _maxAge);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TokenUnavailableException($"the token file '{_path}' can't be read ({exception.GetType().Name})");
        }
    }

    private async Task<AccessToken> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        if (file.Length > MaxBytes)
            throw new TokenUnavailableException($"the token file '{_path}' is larger than {MaxBytes} bytes");
        var text = (await File.ReadAllTextAsync(file.FullName, cancellationToken).ConfigureAwait(false)).Trim();
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
