namespace Interceptors.Client;

/// <summary>How <see cref="TokenSources.File"/> looks at its file.</summary>
public sealed class FileTokenOptions
{
    /// <summary>After how long in use the file is looked at again. Above zero. Default: 10 s.</summary>
    public TimeSpan RereadInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a token that is no JWT is used after the file was last looked at with success. More than
    /// <see cref="RereadInterval"/>. Default: 10 min.
    /// </summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(10);

    internal void ThrowIfInvalid()
    {
        if (RereadInterval <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(FileTokenOptions)}.{nameof(RereadInterval)} is {RereadInterval}; use a positive time.");
        if (MaxAge <= RereadInterval)
            throw new ArgumentException(
                $"{nameof(FileTokenOptions)}.{nameof(MaxAge)} is {MaxAge}; use more than the {RereadInterval} of {nameof(RereadInterval)}.");
    }
}
