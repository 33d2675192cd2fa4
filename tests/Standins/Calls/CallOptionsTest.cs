using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class CallOptionsTest : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Metadata _headers = [];
    private readonly WriteOptions _writeOptions = new(WriteFlags.NoCompress);
    private readonly CallCredentials _credentials = CallCredentials.FromInterceptor((context, metadata) => Task.CompletedTask);

    public void Dispose() => _cancellation.Dispose();

    [Fact]
    public void Nothing_is_set_by_default()
    {
        var options = new CallOptions();

        Assert.Null(options.Headers);
        Assert.Null(options.Deadline);
        Assert.Equal(CancellationToken.None, options.CancellationToken);
        Assert.Null(options.WriteOptions);
        Assert.Null(options.PropagationToken);
        Assert.Null(options.Credentials);
        Assert.False(options.IsWaitForReady);
    }

    [Fact]
    public void The_constructor_sets_everything() =>
        AssertEverything(new CallOptions(_headers, DateTime.UnixEpoch, _cancellation.Token, _writeOptions, null, _credentials));

    [Fact]
    public void Each_With_method_sets_one_thing_and_keeps_the_others()
    {
        var options = new CallOptions()
            .WithHeaders(_headers)
            .WithDeadline(DateTime.UnixEpoch)
            .WithCancellationToken(_cancellation.Token)
            .WithWaitForReady()
            .WithWriteOptions(_writeOptions)
            .WithPropagationToken(null!)
            .WithCredentials(_credentials);

        AssertEverything(options);
        Assert.True(options.IsWaitForReady);
    }

    [Fact]
    public void A_With_method_leaves_the_original_as_it_is()
    {
        var options = new CallOptions();

        options.WithHeaders(_headers).WithDeadline(DateTime.UnixEpoch).WithWaitForReady();

        Assert.Equal(new CallOptions(), options);
    }

    [Fact]
    public void Waiting_for_ready_can_be_taken_back() =>
        Assert.False(new CallOptions().WithWaitForReady().WithWaitForReady(false).IsWaitForReady);

    private void AssertEverything(CallOptions options)
    {
        Assert.Same(_headers, options.Headers);
        Assert.Equal(DateTime.UnixEpoch, options.Deadline);
        Assert.Equal(_cancellation.Token, options.CancellationToken);
        Assert.Same(_writeOptions, options.WriteOptions);
        Assert.Same(_credentials, options.Credentials);
    }
}
