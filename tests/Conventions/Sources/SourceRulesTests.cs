namespace Interceptors.Conventions.Tests;

public sealed class SourceRulesTests
{
    public static TheoryData<string> Names { get; } = new(SourceRules.All.Select(rule => rule.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_file_keeps_the_rule(string name)
    {
        var rule = SourceRules.All.Single(rule => rule.Name == name);
        var files = SourceTree.Files.Where(rule.AppliesTo).ToList();

        Assert.NotEmpty(files);
        Violations.None(files.SelectMany(rule.Violations));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_breaks_the_rule_is_found(string name)
    {
        var rule = SourceRules.All.Single(rule => rule.Name == name);

        Assert.True(rule.AppliesTo(rule.Broken));
        Assert.Single(rule.Violations(rule.Broken));
    }
}
