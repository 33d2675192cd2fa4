namespace Interceptors.Server;

/// <summary>Validates <see cref="StreamShutdownOptions"/>.</summary>
internal sealed class StreamShutdownOptionsValidator : OptionsValidator<StreamShutdownOptions>
{
    protected override IEnumerable<string> Problems(StreamShutdownOptions options) =>
        options.Methods.Select(MethodPattern.Problem).OfType<string>().Select(problem => $"{nameof(options.Methods)}: {problem}");
}
