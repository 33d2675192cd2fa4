namespace Interceptors.Server;

/// <summary>Validates <see cref="ServerCompressionOptions"/>.</summary>
internal sealed class ServerCompressionOptionsValidator : OptionsValidator<ServerCompressionOptions>
{
    protected override IEnumerable<string> Problems(ServerCompressionOptions options)
    {
        if (options.MinimumSize < 0)
            yield return $"{nameof(options.MinimumSize)} is {options.MinimumSize}. Give 0 or more bytes.";
        if (options.MaxDecompressedBytes < 0)
            yield return $"{nameof(options.MaxDecompressedBytes)} is {options.MaxDecompressedBytes}. Give 0 or more bytes.";
        if (!Enum.IsDefined(options.Level))
            yield return $"{nameof(options.Level)} is {options.Level}. Give Fastest, Optimal, SmallestSize or NoCompression.";
        foreach (var problem in options.Methods.Select(MethodPattern.Problem).OfType<string>())
            yield return $"{nameof(options.Methods)}: {problem}";
        foreach (var problem in options.ExcludedMethods.Select(MethodPattern.Problem).OfType<string>())
            yield return $"{nameof(options.ExcludedMethods)}: {problem}";
    }
}
