namespace Interceptors.Discovery.Tool.Tests;

public sealed class ConfigTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_config_that_both_can_use_is_exit_code_0_with_a_line_for_each()
    {
        var result = await RunAsync("""
            { "loadBalancingConfig": [ { "round_robin": {} } ],
              "methodConfig": [ { "name": [ { "service": "shop.Orders" } ], "timeout": "1.5s" } ] }
            """);

        Assert.Equal(
            (ExitCode.Ok,
                "dotnet  uses     round_robin, and settings for 1 name of methods\n"
                + "go      uses     round_robin, and settings for 1 name of methods\n"),
            (result.ExitCode, result.Output));
    }

    [Theory]
    [InlineData(
        """{"loadBalancingConfig":[{"least_request":{}}]}""",
        "dotnet  uses     least_request", "go      refuses  $.loadBalancingConfig has no policy")]
    [InlineData(
        """{"loadBalancingConfig":[{"least_request":{}},{"round_robin":{}}]}""",
        "dotnet  uses     least_request", "go      uses     round_robin")]
    [InlineData(
        """{"loadBalancingConfig":[{"round_robin":{"slowStart":{}}}]}""",
        "dotnet  uses", "go      ignores  $.loadBalancingConfig[0].round_robin.slowStart")]
    [InlineData(
        """{"LoadBalancingPolicy":"round_robin"}""",
        "dotnet  ignores  $.LoadBalancingPolicy is not known", "go      uses     round_robin")]
    [InlineData(
        """{"load_balancing_policy":"round_robin"}""",
        "dotnet  uses     round_robin", "go      ignores  $.load_balancing_policy")]
    [InlineData(
        """{"methodConfig":[{"name":[{}],"timeout":"1.0000000001s"}]}""",
        "dotnet  refuses  $.methodConfig[0].timeout", "go      refuses  $.methodConfig[0].timeout")]
    [InlineData(
        """{"methodConfig":[{"name":[{}],"maxRequestMessageBytes":"5"}]}""",
        "dotnet  uses", "go      refuses  $.methodConfig[0].maxRequestMessageBytes")]
    [InlineData("""{"methodConfig":[{"name":[{},{}]}]}""", "dotnet  refuses", "go      refuses")]
    [InlineData(
        """
        {"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":9,"initialBackoff":"1s","maxBackoff":"1s","backoffMultiplier":2,
        "retryableStatusCodes":["UNAVAILABLE"]}}]}
        """,
        "dotnet  uses", "go      ignores  $.methodConfig[0].retryPolicy.maxAttempts, above 5")]
    [InlineData(
        """{"retryThrottling":{"maxTokens":10,"tokenRatio":0}}""",
        "dotnet  refuses", "go      refuses  $.retryThrottling.tokenRatio")]
    [InlineData("nonsense", "dotnet  refuses  $ is not JSON", "go      refuses  $ is not JSON")]
    public async Task What_each_makes_of_it_is_said(string json, string dotnet, string go)
    {
        var result = await RunAsync(json);

        Assert.Contains(dotnet, result.Output, StringComparison.Ordinal);
        Assert.Contains(go, result.Output, StringComparison.Ordinal);
        Assert.Equal(result.Output.Contains("refuses", StringComparison.Ordinal) ? ExitCode.Invalid : ExitCode.Ok, result.ExitCode);
    }

    [Fact]
    public async Task With_JSON_the_findings_are_one_object_and_a_file_that_is_not_there_is_wrong_usage()
    {
        var result = await RunAsync("{}", "--json");

        Assert.Equal("dotnet", result.Json.GetProperty("findings")[0].GetProperty("client").GetString());
        Assert.Equal(ExitCode.Usage, (await RunningTool.RunAsync(["config", "/no/such"])).ExitCode);
    }

    private async Task<ToolResult> RunAsync(string json, params string[] options)
    {
        await File.WriteAllTextAsync(_file, json);
        return await RunningTool.RunAsync(["config", _file, .. options]);
    }
}
