namespace Interceptors.Client;

/// <summary>How <see cref="TokenSources.File"/> reads its file.</summary>
public sealed class FileTokenOptions
{
    /// <summary>How often the file is checked for changes. Above zero. Default: 10 s.</summary>
    public TimeSpan RereadInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a token that is no JWT is used after the file was last read or checked with success. More than
    /// <see cref="RereadInterval"/>. Default: 10 min.
    /// </summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(10);
}
