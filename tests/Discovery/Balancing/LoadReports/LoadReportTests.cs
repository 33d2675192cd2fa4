using System.Net.Http.Headers;

namespace Interceptors.Discovery.Tests;

public sealed class LoadReportTests
{
    // cpu_utilization 0.5, mem_utilization 0.25, request_cost {"a": 1}, rps_fractional 100, eps 10, application_utilization 0.8, as
    // protobuf writes them.
    private const string Whole =
        "CQAAAAAAAOA/EQAAAAAAANA/IgwKAWERAAAAAAAA8D8xAAAAAAAAWUA5AAAAAAAAJEBJmpmZmZmZ6T8=";

    [Fact]
    public void The_fields_that_weights_need_are_read_with_padding_or_without_and_others_are_skipped()
    {
        var expected = new LoadReport(0.5, 100, 10, 0.8);

        Assert.Equal(expected, LoadReport.Read(Whole));
        Assert.Equal(expected, LoadReport.Read(Whole.TrimEnd('=')));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base 64!")]
    [InlineData("CQAAAAAA")]
    [InlineData("CQAAAAAAAPB/")]
    public void What_cannot_be_read_is_no_report(string text) => Assert.Null(LoadReport.Read(text));

    [Fact]
    public void Something_huge_is_no_report() => Assert.Null(LoadReport.Read(new string('A', 20_000)));

    [Fact]
    public void It_stands_in_the_trailers_or_in_the_headers_of_a_response_without_a_body()
    {
        using var response = new HttpResponseMessage();
        Assert.Null(LoadReport.Of(response));
        Add(response.Headers);
        Assert.Equal(100, LoadReport.Of(response)!.Value.CallsPerSecond);
        using var other = new HttpResponseMessage();
        Add(other.TrailingHeaders);
        Assert.Equal(100, LoadReport.Of(other)!.Value.CallsPerSecond);

        static void Add(HttpResponseHeaders headers) => headers.TryAddWithoutValidation("endpoint-load-metrics-bin", Whole);
    }

    [Theory]
    [InlineData(0.5, 100, 0, 0, 200)]
    [InlineData(0.5, 100, 0, 0.25, 400)]
    [InlineData(0.5, 100, 50, 0, 100)]
    [InlineData(0, 100, 0, 0, 0)]
    [InlineData(0.5, 0, 0, 0.5, 0)]
    public void The_weight_is_calls_for_each_unit_of_what_they_use(
        double cpu, double calls, double errors, double application, double weight) =>
        Assert.Equal(weight, new LoadReport(cpu, calls, errors, application).Weight(errorPenalty: 1), 6);
}
