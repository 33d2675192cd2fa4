namespace Interceptors.Discovery.Tests;

public sealed class ServiceConfigReaderTests
{
    private const string Retry =
        """{"maxAttempts":3,"initialBackoff":"0.1s","maxBackoff":"1s","backoffMultiplier":2,"retryableStatusCodes":["UNAVAILABLE"]}""";

    private static readonly ServiceConfigReader Reader = new(new Dictionary<string, PolicyCheck>
    {
        ["round_robin"] = BalancingPolicies.Problem,
        ["pick_first"] = BalancingPolicies.Problem,
        ["least_request"] = (c, _) =>
            c.TryGetValue("choiceCount", out var n) && n is long and < 2 ? ".choiceCount is 1. Give 2 or more." : null,
    });

    // What is written as 'retry' stands for a whole policy that is right.
    [Theory]
    [InlineData("{}", "nothing")]
    [InlineData("  {}\r\n", "nothing")]
    [InlineData("\uFEFF{}", "nothing")]
    [InlineData("""{"methodConfig":null,"retryThrottling":null,"loadBalancingConfig":null,"healthCheckConfig":null}""", "nothing")]
    [InlineData("""{"methodConfig":[]}""", "nothing")]
    [InlineData("""{"loadBalancingConfig":[]}""", "nothing")]
    [InlineData("""{"loadBalancingConfig":[{"round_robin":{}}]}""", "round_robin{}")]
    [InlineData("""{"loadBalancingConfig":[{"from_tomorrow":{"x":1}},{"pick_first":{}},{"round_robin":{}}]}""", "pick_first{}")]
    [InlineData("""{"loadBalancingConfig":[{"least_request":{"choiceCount":3}}]}""", "least_request{choiceCount:3}")]
    [InlineData(
        """{"loadBalancingConfig":[{"least_request":{"a":"x","b":true,"c":1.5,"d":[1,{"e":"y"}],"f":{"g":[]}}}]}""",
        "least_request{a:x,b:True,c:1.5,d:[1,{e:y}],f:{g:[]}}")]
    [InlineData("""{"loadBalancingPolicy":"round_robin"}""", "round_robin{}")]
    [InlineData("""{"loadBalancingPolicy":"ROUND_ROBIN"}""", "round_robin{}")]
    [InlineData("""{"loadBalancingPolicy":"round_robin","loadBalancingConfig":[{"pick_first":{}}]}""", "pick_first{}")]
    [InlineData("""{"methodConfig":[{}]}""", "nobody")]
    [InlineData("""{"methodConfig":[{"name":[],"timeout":"1s"}]}""", "nobody timeout 00:00:01")]
    [InlineData("""{"methodConfig":[{"name":[{}]}]}""", "*")]
    [InlineData("""{"methodConfig":[{"name":[{"service":"","method":null}]}]}""", "*")]
    [InlineData("""{"methodConfig":[{"name":[{"service":"a.B"}]}]}""", "a.B")]
    [InlineData("""{"methodConfig":[{"name":[{"service":"a.B","method":"C"},{"service":"a.B","method":"D"}]}]}""", "/a.B/C,/a.B/D")]
    [InlineData("""{"methodConfig":[{"name":[{"service":"a"}],"timeout":"1s"},{"name":[{"service":"b"}],"timeout":"2s"}]}""",
        "a timeout 00:00:01; b timeout 00:00:02")]
    [InlineData("""{"methodConfig":[{"name":[{}],"timeout":"1.5s"}]}""", "* timeout 00:00:01.5000000")]
    [InlineData("""{"methodConfig":[{"name":[{}],"timeout":"0.000000001s"}]}""", "* timeout 00:00:00.0000001")]
    [InlineData("""{"methodConfig":[{"name":[{}],"timeout":"315576000000s"}]}""", "* timeout 3652500.00:00:00")]
    [InlineData("""{"methodConfig":[{"name":[{}],"waitForReady":true}]}""", "* waits")]
    [InlineData("""{"methodConfig":[{"name":[{}],"waitForReady":false}]}""", "*")]
    [InlineData("""{"methodConfig":[{"name":[{}],"maxRequestMessageBytes":0,"maxResponseMessageBytes":4294967295}]}""",
        "* request 0 response 4294967295")]
    [InlineData("""{"methodConfig":[{"name":[{}],"maxRequestMessageBytes":"1024","maxResponseMessageBytes":1e3}]}""",
        "* request 1024 response 1000")]
    [InlineData("""{"methodConfig":[{"name":[{}],"retryPolicy":retry}]}""", "* retry 3 00:00:00.1000000 00:00:01 2 Unavailable")]
    [InlineData(
        """{"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":99,"initialBackoff":"1s","maxBackoff":"1s","backoffMultiplier":0.5,"retryableStatusCodes":["unavailable",14,4,"Internal"]}}]}""",
        "* retry 99 00:00:01 00:00:01 0.5 Unavailable DeadlineExceeded Internal")]
    [InlineData("""{"methodConfig":[{"name":[{}],"hedgingPolicy":{"maxAttempts":2}}]}""", "* hedging 2 00:00:00")]
    [InlineData("""{"methodConfig":[{"name":[{}],"hedgingPolicy":{"maxAttempts":4,"hedgingDelay":"0s","nonFatalStatusCodes":[]}}]}""",
        "* hedging 4 00:00:00")]
    [InlineData(
        """{"methodConfig":[{"name":[{}],"hedgingPolicy":{"maxAttempts":4,"hedgingDelay":"0.2s","nonFatalStatusCodes":[13,"ABORTED"]}}]}""",
        "* hedging 4 00:00:00.2000000 Internal Aborted")]
    [InlineData("""{"retryThrottling":{"maxTokens":10,"tokenRatio":0.1}}""", "throttling 10 0.1")]
    [InlineData("""{"retryThrottling":{"maxTokens":1000,"tokenRatio":1.23456}}""", "throttling 1000 1.234")]
    [InlineData("""{"healthCheckConfig":{}}""", "health ''")]
    [InlineData("""{"healthCheckConfig":{"serviceName":"shop.Orders"}}""", "health 'shop.Orders'")]
    public void What_is_right_is_read(string json, string expected) =>
        Assert.Equal(expected, Reader.Read(json.Replace("retry}", Retry + "}", StringComparison.Ordinal)).Describe());

    [Theory]
    [InlineData("", "$ is not JSON from byte 1 of line 1 on.")]
    [InlineData("{", "$ is not JSON from byte 2 of line 1 on.")]
    [InlineData("{\n\"methodConfig\":[,]}", "$ is not JSON from byte 17 of line 2 on.")]
    [InlineData("{} {}", "$ is not JSON from byte 4 of line 1 on.")]
    [InlineData("{\"methodConfig\":[],}", "$ is not JSON from byte 20 of line 1 on.")]
    [InlineData("// no\n{}", "$ is not JSON from byte 1 of line 1 on.")]
    [InlineData("""{"healthCheckConfig":{"serviceName":"\ud800"}}""", "$ holds a text that is not Unicode.")]
    [InlineData("null", "$ is null. Give an object.")]
    [InlineData("[]", "$ is a list. Give an object.")]
    [InlineData("\"{}\"", "$ is \"{}\". Give an object.")]
    [InlineData("""{"methodConfig":[],"methodConfig":[]}""", "$.methodConfig stands there twice. Leave one.")]
    [InlineData("""{"methodConfig":{}}""", "$.methodConfig is an object. Give a list.")]
    [InlineData("""{"methodConfig":[null]}""", "$.methodConfig[0] is null. Give an object.")]
    [InlineData("""{"loadBalancingConfig":{}}""", "$.loadBalancingConfig is an object. Give a list.")]
    [InlineData("""{"loadBalancingConfig":[{}]}""",
        "$.loadBalancingConfig[0] has 0 policies. Give an object with one, such as {\"round_robin\": {}}.")]
    [InlineData("""{"loadBalancingConfig":[{"round_robin":{},"pick_first":{}}]}""",
        "$.loadBalancingConfig[0] has 2 policies. Give an object with one, such as {\"round_robin\": {}}.")]
    [InlineData("""{"loadBalancingConfig":[{"round_robin":5}]}""", "$.loadBalancingConfig[0].round_robin is 5. Give an object.")]
    [InlineData("""{"loadBalancingConfig":[{"grpclb":{}},{"x":{}}]}""",
        "$.loadBalancingConfig names no policy that is known, only 'grpclb', 'x'. Known are least_request, pick_first, round_robin.")]
    [InlineData("""{"loadBalancingConfig":[{"pick_first":{"shuffleAddressList":"yes"}}]}""",
        "$.loadBalancingConfig[0].pick_first.shuffleAddressList is \"yes\". Give true or false.")]
    [InlineData("""{"loadBalancingConfig":[{"x":{}},{"least_request":{"choiceCount":1}}]}""",
        "$.loadBalancingConfig[1].least_request.choiceCount is 1. Give 2 or more.")]
    [InlineData("""{"loadBalancingConfig":[{"least_request":{"a":[null]}}]}""",
        "$.loadBalancingConfig[0].least_request.a[0] is null. Give something in a list.")]
    [InlineData("""{"loadBalancingConfig":[{"x":{"a":1,"a":2}},{"round_robin":{}}]}""",
        "$.loadBalancingConfig[0].x.a stands there twice. Leave one.")]
    [InlineData("""{"loadBalancingPolicy":"grpclb"}""",
        "$.loadBalancingPolicy is \"grpclb\", which is not known. Known are least_request, pick_first, round_robin.")]
    [InlineData("""{"loadBalancingPolicy":["round_robin"]}""", "$.loadBalancingPolicy is a list. Give a text.")]
    [InlineData("""{"methodConfig":[{"name":{"service":"a"}}]}""", "$.methodConfig[0].name is an object. Give a list.")]
    [InlineData("""{"methodConfig":[{"name":[{"service":5}]}]}""", "$.methodConfig[0].name[0].service is 5. Give a text.")]
    [InlineData("""{"methodConfig":[{"name":[{"method":"Get"}]}]}""",
        "$.methodConfig[0].name[0] has a method and no service. Give both, a service only, or neither for all methods.")]
    [InlineData("""{"methodConfig":[{"name":[{"service":"/a.B"}]}]}""",
        "$.methodConfig[0].name[0].service is \"/a.B\". Give a service with its package, such as \"shop.Orders\", without slashes.")]
    [InlineData("""{"methodConfig":[{"name":[{"service":"a","method":"a/Get"}]}]}""",
        "$.methodConfig[0].name[0].method is \"a/Get\". Give a method without its service, such as \"Get\".")]
    [InlineData("""{"methodConfig":[{"name":[{"service":"a"},{"service":"a","method":""}]}]}""",
        "$.methodConfig[0].name[1] is the same name as $.methodConfig[0].name[0]. Leave one.")]
    [InlineData("""{"methodConfig":[{"name":[{}]},{"name":[{"service":"a"},{}]}]}""",
        "$.methodConfig[1].name[1] is the same name as $.methodConfig[0].name[0]. Leave one.")]
    [InlineData("""{"methodConfig":[{"timeout":5}]}""",
        "$.methodConfig[0].timeout is 5. Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("""{"methodConfig":[{"timeout":"5"}]}""",
        "$.methodConfig[0].timeout is \"5\". Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("""{"methodConfig":[{"timeout":"s"}]}""",
        "$.methodConfig[0].timeout is \"s\". Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("""{"methodConfig":[{"timeout":"100ms"}]}""",
        "$.methodConfig[0].timeout is \"100ms\". Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("""{"methodConfig":[{"timeout":"-1s"}]}""",
        "$.methodConfig[0].timeout is \"-1s\". Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("""{"methodConfig":[{"timeout":"0s"}]}""",
        "$.methodConfig[0].timeout is \"0s\". Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("""{"methodConfig":[{"timeout":"1e3s"}]}""",
        "$.methodConfig[0].timeout is \"1e3s\". Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("""{"methodConfig":[{"timeout":"1,5s"}]}""",
        "$.methodConfig[0].timeout is \"1,5s\". Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("""{"methodConfig":[{"timeout":"0.0000000001s"}]}""",
        "$.methodConfig[0].timeout is \"0.0000000001s\", which has more than nine decimals. "
            + "Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("""{"methodConfig":[{"timeout":"315576000001s"}]}""",
        "$.methodConfig[0].timeout is \"315576000001s\". Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("""{"methodConfig":[{"waitForReady":"true"}]}""", "$.methodConfig[0].waitForReady is \"true\". Give true or false.")]
    [InlineData("""{"methodConfig":[{"maxRequestMessageBytes":-1}]}""",
        "$.methodConfig[0].maxRequestMessageBytes is -1. Give a whole number of bytes, 0 to 4294967295.")]
    [InlineData("""{"methodConfig":[{"maxResponseMessageBytes":4294967296}]}""",
        "$.methodConfig[0].maxResponseMessageBytes is 4294967296. Give a whole number of bytes, 0 to 4294967295.")]
    [InlineData("""{"methodConfig":[{"maxResponseMessageBytes":1.5}]}""",
        "$.methodConfig[0].maxResponseMessageBytes is 1.5. Give a whole number of bytes, 0 to 4294967295.")]
    [InlineData("""{"methodConfig":[{"maxResponseMessageBytes":"4MB"}]}""",
        "$.methodConfig[0].maxResponseMessageBytes is \"4MB\". Give a whole number of bytes, 0 to 4294967295.")]
    [InlineData("""{"methodConfig":[{"retryPolicy":retry,"hedgingPolicy":{"maxAttempts":2}}]}""",
        "$.methodConfig[0] has a retryPolicy and a hedgingPolicy. Leave one.")]
    [InlineData("""{"methodConfig":[{"retryPolicy":{"maxAttempts":3}}]}""",
        "$.methodConfig[0].retryPolicy lacks initialBackoff. It needs maxAttempts, initialBackoff, maxBackoff, backoffMultiplier, "
            + "retryableStatusCodes.")]
    [InlineData("""{"methodConfig":[{"retryPolicy":{"MaxAttempts":3}}]}""",
        "$.methodConfig[0].retryPolicy lacks maxAttempts, and MaxAttempts is not known. "
            + "It needs maxAttempts, initialBackoff, maxBackoff, backoffMultiplier, retryableStatusCodes.")]
    [InlineData("""{"methodConfig":[{"hedgingPolicy":{}}]}""", "$.methodConfig[0].hedgingPolicy lacks maxAttempts. It needs maxAttempts.")]
    [InlineData("""{"methodConfig":[{"hedgingPolicy":{"maxAttempts":1}}]}""",
        "$.methodConfig[0].hedgingPolicy.maxAttempts is 1. Give a whole number of attempts, 2 or more; gRPC makes at most 5.")]
    [InlineData("""{"methodConfig":[{"hedgingPolicy":{"maxAttempts":2.5}}]}""",
        "$.methodConfig[0].hedgingPolicy.maxAttempts is 2.5. Give a whole number of attempts, 2 or more; gRPC makes at most 5.")]
    [InlineData("""{"methodConfig":[{"hedgingPolicy":{"maxAttempts":2,"hedgingDelay":"-1s"}}]}""",
        "$.methodConfig[0].hedgingPolicy.hedgingDelay is \"-1s\". Give a duration in seconds, such as \"0.5s\".")]
    [InlineData("""{"methodConfig":[{"hedgingPolicy":{"maxAttempts":2,"nonFatalStatusCodes":"INTERNAL"}}]}""",
        "$.methodConfig[0].hedgingPolicy.nonFatalStatusCodes is \"INTERNAL\". Give a list.")]
    [InlineData("""{"retryThrottling":{"maxTokens":10}}""", "$.retryThrottling lacks tokenRatio. It needs maxTokens, tokenRatio.")]
    [InlineData("""{"retryThrottling":{"maxTokens":0,"tokenRatio":1}}""",
        "$.retryThrottling.maxTokens is 0. Give a whole number from 1 to 1000.")]
    [InlineData("""{"retryThrottling":{"maxTokens":1001,"tokenRatio":1}}""",
        "$.retryThrottling.maxTokens is 1001. Give a whole number from 1 to 1000.")]
    [InlineData("""{"retryThrottling":{"maxTokens":1,"tokenRatio":0.0005}}""",
        "$.retryThrottling.tokenRatio is 0.0005. Give a number from 0.001 to 1000.")]
    [InlineData("""{"retryThrottling":{"maxTokens":1,"tokenRatio":1e999}}""",
        "$.retryThrottling.tokenRatio is 1e999. Give a number from 0.001 to 1000.")]
    [InlineData("""{"healthCheckConfig":"x"}""", "$.healthCheckConfig is \"x\". Give an object.")]
    public void What_is_wrong_is_refused_with_its_place_and_the_fix(string json, string expected) =>
        Assert.Equal(expected, Problem(json.Replace("retry,", Retry + ",", StringComparison.Ordinal)));

    [Theory]
    [InlineData(
        "\"maxAttempts\":3", "\"maxAttempts\":1", "maxAttempts is 1. Give a whole number of attempts, 2 or more; gRPC makes at most 5.")]
    [InlineData("\"0.1s\"", "\"0s\"", "initialBackoff is \"0s\". Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("\"1s\"", "\"0.0s\"", "maxBackoff is \"0.0s\". Give a duration in seconds above zero, such as \"1.5s\".")]
    [InlineData("\"backoffMultiplier\":2", "\"backoffMultiplier\":0", "backoffMultiplier is 0. Give a number above zero.")]
    [InlineData("\"backoffMultiplier\":2", "\"backoffMultiplier\":\"two\"", "backoffMultiplier is \"two\". Give a number above zero.")]
    [InlineData("\"UNAVAILABLE\"", "", "retryableStatusCodes is empty. Give at least one status code, such as \"UNAVAILABLE\".")]
    [InlineData(
        "\"UNAVAILABLE\"", "\"OK\"", "retryableStatusCodes[0] is \"OK\". Give the name or number of a status that is a failure: " + Names)]
    [InlineData(
        "\"UNAVAILABLE\"", "14,17", "retryableStatusCodes[1] is 17. Give the name or number of a status that is a failure: " + Names)]
    [InlineData("\"UNAVAILABLE\"", "\"UNAVAILABEL\"",
        "retryableStatusCodes[0] is \"UNAVAILABEL\". Give the name or number of a status that is a failure: " + Names)]
    public void A_retry_policy_that_is_wrong_is_refused(string right, string wrong, string expected)
    {
        var policy = Retry.Replace(right, wrong, StringComparison.Ordinal);

        Assert.Equal(
            "$.methodConfig[0].retryPolicy." + expected, Problem($$$"""{"methodConfig":[{"name":[{}],"retryPolicy":{{{policy}}}}]}"""));
    }

    [Theory]
    [Trait("case", "discovery 19")]
    [InlineData("""{"LoadBalancingPolicy":"round_robin"}""", "nothing",
        "$.LoadBalancingPolicy is not known and is ignored. Did you mean loadBalancingPolicy?")]
    [InlineData("""{"UnknownField":1}""", "nothing", "$.UnknownField is not known and is ignored. " + Known)]
    [InlineData("""{"connectionScaling":{"maxConnectionsPerSubchannel":2}}""", "nothing",
        "$.connectionScaling is not known and is ignored. " + Known)]
    [InlineData("""{"a\nb":1}""", "nothing", "$.a b is not known and is ignored. " + Known)]
    [InlineData("""{"method_config":[{"name":[{}],"wait_for_ready":true}]}""", "* waits", null)]
    [InlineData("""{"methodConfig":[{"name":[{}],"waitForReady":true,"wait_for_ready":false}]}""", "* waits",
        "$.methodConfig[0].wait_for_ready is ignored, because waitForReady stands there too. Leave one.")]
    [InlineData("""{"MethodConfig":[]}""", "nothing", "$.MethodConfig is not known and is ignored. Did you mean methodConfig?")]
    [InlineData("""{"methodConfig":[{"nam":[]}]}""", "nobody", "$.methodConfig[0].nam is not known and is ignored. Did you mean name?")]
    [InlineData("""{"methodConfig":[{"name":[{"Service":"a"}]}]}""", "*",
        "$.methodConfig[0].name[0].Service is not known and is ignored. Did you mean service?")]
    [InlineData("""{"methodConfig":[{"name":[{}],"retryPolicy":{"perAttemptRecvTimeout":"1s",retry}}]}""",
        "* retry 3 00:00:00.1000000 00:00:01 2 Unavailable",
        "$.methodConfig[0].retryPolicy.perAttemptRecvTimeout is ignored: gRPC for .NET has no limit for each attempt. "
            + "Give ResilienceOptions.AttemptTimeout of Interceptors.Client instead.")]
    [InlineData("""{"loadBalancingConfig":[{"round_robin":{"subsett":{}}}]}""", "round_robin{subsett:{}}",
        "$.loadBalancingConfig[0].round_robin.subsett is not known and is ignored. Did you mean subset?")]
    [InlineData("""{"loadBalancingConfig":[{"round_robin":{"outlier_ejection":{"Interval":"1s","base_ejection_time":"1s"}}}]}""",
        "round_robin{outlier_ejection:{Interval:1s,base_ejection_time:1s}}",
        "$.loadBalancingConfig[0].round_robin.outlierEjection.Interval is not known and is ignored. Did you mean interval?")]
    [InlineData("""{"loadBalancingConfig":[{"pick_first":{"shuffleAddressList":true}}]}""", "pick_first{shuffleAddressList:True}", null)]
    public void What_is_not_known_is_warned_of_and_ignored(string json, string expected, string? warning)
    {
        var document = Reader.Read(json.Replace("retry}", Retry[1..], StringComparison.Ordinal));

        Assert.Equal(expected, document.Describe());
        Assert.Equal(warning is null ? [] : [warning], document.Warnings);
    }

    [Fact]
    public void What_a_message_repeats_is_short() =>
        Assert.Equal(
            $"$.methodConfig is \"{new string('x', 56)}.... Give a list.", Problem($$"""{"methodConfig":"{{new string('x', 5000)}}"}"""));

    [Fact]
    public void A_document_that_is_larger_than_any_config_is_refused() =>
        Assert.Equal("$ is 1048577 bytes long. Give at most 1048576.", Problem(new string(' ', 1024 * 1024 + 1)));

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.StartsWith(
            "$ is not JSON from byte", Problem($$"""{"methodConfig":{{new string('[', 100_000)}}"""), StringComparison.Ordinal);

    private const string Known =
        "Known are loadBalancingConfig, loadBalancingPolicy, methodConfig, retryThrottling, healthCheckConfig.";

    private const string Names =
        "CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, RESOURCE_EXHAUSTED, "
        + "FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS, UNAUTHENTICATED.";

    private static string Problem(string json) => Assert.Throws<ServiceConfigException>(() => Reader.Read(json)).Message;
}
