namespace Interceptors.Client;

internal sealed class FileTokenOptionsValidator : OptionsValidator<FileTokenOptions>
{
    protected override IEnumerable<string> Problems(FileTokenOptions options)
    {
        if (options.RereadInterval <= TimeSpan.Zero)
            yield return $"{nameof(options.RereadInterval)} is {options.RereadInterval}. Give a positive time.";
        if (options.MaxAge <= options.RereadInterval)
        {
            yield return $"{nameof(options.MaxAge)} is {options.MaxAge}. "
                + $"Give more than the {options.RereadInterval} of {nameof(options.RereadInterval)}.";
        }
    }
}
