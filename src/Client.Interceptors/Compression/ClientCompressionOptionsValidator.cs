namespace Interceptors.Client;

internal sealed class ClientCompressionOptionsValidator : OptionsValidator<ClientCompressionOptions>
{
    protected override IEnumerable<string> Problems(ClientCompressionOptions options)
    {
        if (options.MinimumSize < 0)
            yield return $"{nameof(options.MinimumSize)} is {options.MinimumSize}. Give 0 or more bytes.";
        foreach (var problem in options.Methods.Select(MethodSelector.PatternProblem).OfType<string>())
            yield return $"{nameof(options.Methods)}: {problem}";
        foreach (var problem in options.ExcludedMethods.Select(MethodSelector.PatternProblem).OfType<string>())
            yield return $"{nameof(options.ExcludedMethods)}: {problem}";
    }
}
