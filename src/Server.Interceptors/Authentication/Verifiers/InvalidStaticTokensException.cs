namespace Interceptors.Server;

/// <summary>Reports an invalid static token. Unlike other ArgumentExceptions, its message is safe to log.</summary>
internal sealed class InvalidStaticTokensException(string problem)
    : ArgumentException(
        $"{nameof(StaticTokenOptions)}.{nameof(StaticTokenOptions.Tokens)}{(problem.StartsWith('[') ? "" : " ")}{problem}.");
