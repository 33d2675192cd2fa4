namespace Interceptors.Server;

/// <summary>Something is wrong with the tokens. Its message may be logged, which not that of every ArgumentException may.</summary>
internal sealed class InvalidStaticTokensException(string problem)
    : ArgumentException($"{nameof(StaticTokenOptions)}.{nameof(StaticTokenOptions.Tokens)}{(problem.StartsWith('[') ? "" : " ")}{problem}.");
