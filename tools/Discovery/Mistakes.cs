using System.CommandLine;
using System.CommandLine.Parsing;

namespace Interceptors.Discovery.Tool;

/// <summary>What is wrong with the arguments, in one line, with the command that was probably meant.</summary>
internal static class Mistakes
{
    private const int MostEdits = 2;

    public static string Describe(ParseResult parsed)
    {
        // One mistake makes several errors: the value of a misspelt option is not known either.
        var mistake = parsed.Tokens.Select(token => token.Value).FirstOrDefault(token => IsOption(token) && ErrorAbout(token) is not null)
            ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null);
        var error = (mistake is null ? null : ErrorAbout(mistake)) ?? parsed.Errors[0];
        var near = mistake is null ? null : Nearest(mistake, parsed.CommandResult.Command);
        var suggestion = near is null ? "" : $" Did you mean '{near}'?";
        return $"{error.Message.TrimEnd('.').ReplaceLineEndings(" ")}.{suggestion} See discovery --help, or discovery COMMAND --help.";

        ParseError? ErrorAbout(string token) =>
            parsed.Errors.FirstOrDefault(e => e.Message.Contains($"'{token}'", StringComparison.Ordinal));
    }

    private static bool IsOption(string token) => token.StartsWith('-');

    private static string? Nearest(string token, Command command)
    {
        var names = IsOption(token)
            ? command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options)).Select(option => option.Name)
            : command.Subcommands.Select(subcommand => subcommand.Name);
        return names.Select(name => (Name: name, Edits: Edits(token, name)))
            .Where(candidate => candidate.Edits <= MostEdits)
            .OrderBy(candidate => candidate.Edits)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    /// <summary>The distance of Levenshtein.</summary>
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
