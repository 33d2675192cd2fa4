using System.Text.Json;

namespace Interceptors.Discovery.Tests;

public sealed class BalancingConfigurationTests
{
    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"choiceCount": 3}""")]
    [InlineData("""{"subset": {"size": 5}, "zone": {"local": "eu"}, "slowStart": {"window": "1.5s", "aggression": 2}}""")]
    [InlineData(
        """{"healthChecking": {}, "outlierEjection": {"interval": "1s", "successRate": {}, "failurePercentage": {"threshold": 50}}}""")]
    public void Good_configurations_have_no_problem(string json) => Assert.Null(Problem(json));

    [Theory]
    [InlineData("""{"choiceCount": 1}""", "least_request.choiceCount is 1. Give a number of endpoints from 2 to 10.")]
    [InlineData("""{"choiceCount": 2.5}""", "least_request.choiceCount is 2.5. Give a whole number.")]
    [InlineData("""{"choiceCount": "many"}""", "least_request.choiceCount is \"many\". Give a number.")]
    [InlineData("""{"subset": 5}""", "least_request.subset is 5. Give an object.")]
    [InlineData("""{"subset": {"size": 0}}""", "least_request.subset.size is 0. Give a number of endpoints, at least 1.")]
    [InlineData("""{"zone": {}}""", "least_request.zone.local is empty. Give the zone of this client.")]
    [InlineData("""{"zone": {"local": 3}}""", "least_request.zone.local is 3. Give a text.")]
    [InlineData(
        """{"slowStart": {"window": "30"}}""", "least_request.slowStart.window is \"30\". Give a duration in seconds, such as \"1.5s\".")]
    [InlineData("""{"slowStart": {"window": "-1s"}}""", "least_request.slowStart.window is -00:00:01. Give a time up to 1 day.")]
    [InlineData(
        """{"outlierEjection": {"maxEjectionPercent": 101}}""",
        "least_request.outlierEjection.maxEjectionPercent is 101. Give a percentage from 0 to 100.")]
    [InlineData("""{"weightUpdatePeriod": "-1s"}""", "least_request.weightUpdatePeriod is -00:00:01. Give a time between zero and 1 day.")]
    [InlineData("""{"errorUtilizationPenalty": -1}""", "least_request.errorUtilizationPenalty is -1. Give a number, at least 0.")]
    [InlineData("""{"enableOobLoadReport": "x"}""", "least_request.enableOobLoadReport is \"x\". Give true or false.")]
    [InlineData("""{"healthChecking": {"serviceName": {}}}""", "least_request.healthChecking.serviceName is an object. Give a text.")]
    public void Bad_ones_say_where_and_what_is_wrong(string json, string problem) => Assert.Equal(problem, Problem(json));

    [Theory]
    [Trait("case", "discovery 19")]
    [InlineData(
        """{"choices": 3}""", ".choices is not known and is ignored. Known are choiceCount, shuffleAddressList, subset, healthChecking, ")]
    [InlineData(
        """{"outlierEjection": {"successRate": {"stdevFacto": 1}}}""",
        ".outlierEjection.successRate.stdevFacto is not known and is ignored. Did you mean stdevFactor?")]
    public void What_is_not_known_is_warned_of(string json, string warning)
    {
        var warnings = new List<string>();

        Assert.Null(BalancingPolicies.Problem(ToDictionary(JsonDocument.Parse(json).RootElement), warnings));
        Assert.StartsWith(warning, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("case", "discovery 19")]
    public void The_fields_of_A58_are_read_with_their_defaults()
    {
        var values = ToDictionary(JsonDocument.Parse(
            """{"blackoutPeriod": "1s", "weight_expiration_period": "2s", "weightUpdatePeriod": "0.01s", "errorUtilizationPenalty": 0.5}""")
            .RootElement);

        var options = BalancingOptions.Read("weighted_round_robin", values, new BalancingOptions());

        Assert.Equal(
            new LoadReportOptions
            {
                BlackoutPeriod = TimeSpan.FromSeconds(1),
                WeightExpirationPeriod = TimeSpan.FromSeconds(2),
                WeightUpdatePeriod = TimeSpan.FromMilliseconds(100),
                ErrorUtilizationPenalty = 0.5,
            },
            options.LoadReports);
        Assert.Null(BalancingOptions.Read("weighted_round_robin", new Dictionary<string, object>(), new BalancingOptions()).LoadReports);
    }

    [Fact]
    public void Options_with_the_same_values_are_equal_and_a_copy_shares_nothing()
    {
        var options = new BalancingOptions { Subset = new() { Size = 3 }, OutlierEjection = new() { SuccessRate = new() } };
        var copy = options.Copy();
        Assert.Equal(options, copy);

        options.OutlierEjection.SuccessRate.MinimumHosts = 9;

        Assert.NotEqual(options, copy);
    }

    private static string? Problem(string json) =>
        BalancingPolicies.Problem(ToDictionary(JsonDocument.Parse(json).RootElement), []) is { } problem ? $"least_request{problem}" : null;

    private static Dictionary<string, object> ToDictionary(JsonElement element) =>
        element.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ValueKind switch
        {
            JsonValueKind.Object => (object)ToDictionary(p.Value),
            JsonValueKind.Number => p.Value.GetDouble(),
            _ => p.Value.GetString()!,
        });
}
