using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RpcStatus = Google.Rpc.Status;

namespace Interceptors.Server.Tests;

public sealed class RecoveryOptionsTests
{
    [Theory]
    [InlineData(StatusCode.OK)]
    [InlineData((StatusCode)17)]
    [InlineData((StatusCode)(-1))]
    public void A_mapping_to_what_is_no_failure_is_refused_with_its_name_and_the_fix(StatusCode status)
    {
        var error = Problem(options => options.Map<IOException>(status));

        Assert.Contains("RecoveryOptions.Map<IOException>", error, StringComparison.Ordinal);
        Assert.Contains("Give one of Cancelled (1) to Unauthenticated (16)", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_handling_of_outgoing_failures_is_refused() =>
        Assert.Contains(
            "RecoveryOptions.OutgoingFailures is 7. Give ByCode, Hide or PassThrough.",
            Problem(options => options.OutgoingFailures = (OutgoingFailureHandling)7), StringComparison.Ordinal);

    [Theory]
    [InlineData(511)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Too_few_trailer_bytes_are_refused(int bytes) =>
        Assert.Contains(
            $"RecoveryOptions.MaxTrailerBytes is {bytes}. Give 512 or more.",
            Problem(options => options.MaxTrailerBytes = bytes), StringComparison.Ordinal);

    [Fact]
    public void A_mapping_needs_its_function()
    {
        var options = new RecoveryOptions();

        Assert.Equal("publicText", Assert.Throws<ArgumentNullException>(
            () => options.Map(StatusCode.NotFound, (Func<IOException, string?>)null!)).ParamName);
        Assert.Equal("status", Assert.Throws<ArgumentNullException>(
            () => options.Map((Func<IOException, ServerCallContext, RpcStatus?>)null!)).ParamName);
    }

    [Fact]
    public async Task A_host_with_wrong_options_does_not_start() =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => ProbeServer.StartAsync(services =>
            services.AddServerInterceptors().AddRecovery(options => options.Map<IOException>(StatusCode.OK))));

    private static string Problem(Action<RecoveryOptions> configure)
    {
        var options = new RecoveryOptions();
        configure(options);
        return Assert.Throws<ArgumentException>(() => new RecoveryInterceptor(options: Options.Create(options))).Message;
    }
}
