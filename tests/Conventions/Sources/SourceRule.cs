namespace Interceptors.Conventions.Tests;

/// <summary>What holds for each file of a kind.</summary>
/// <param name="Name">The rule, as a sentence.</param>
/// <param name="AppliesTo">The kind of file.</param>
/// <param name="Violations">What breaks it in a file.</param>
/// <param name="Broken">A file that breaks it.</param>
public sealed record SourceRule(
    string Name, Func<SourceFile, bool> AppliesTo, Func<SourceFile, IEnumerable<string>> Violations, SourceFile Broken)
{
    public override string ToString() => Name;
}
