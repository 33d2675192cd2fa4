using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class ServerCallContextTest
{
    private readonly TestServerCallContext _context = new();

    [Fact]
    public void What_is_read_comes_from_the_core_members()
    {
        Assert.Equal(("method", "host", "peer"), (_context.Method, _context.Host, _context.Peer));
        Assert.Equal((DateTime.UnixEpoch, _context.Cancellation.Token), (_context.Deadline, _context.CancellationToken));
        Assert.Same(_context.CoreRequestHeaders, _context.RequestHeaders);
        Assert.Same(_context.CoreResponseTrailers, _context.ResponseTrailers);
        Assert.Same(_context.CoreAuthContext, _context.AuthContext);
    }

    [Fact]
    public void What_is_set_goes_to_the_core_members()
    {
        _context.Status = new Status(StatusCode.Aborted, "stop");
        _context.WriteOptions = WriteOptions.Default;

        Assert.Equal(_context.CoreStatus, _context.Status);
        Assert.Equal("stop", _context.CoreStatus.Detail);
        Assert.Same(_context.CoreWriteOptions, _context.WriteOptions);
        Assert.Same(WriteOptions.Default, _context.CoreWriteOptions);
    }

    [Fact]
    public async Task Response_headers_go_to_the_core_method()
    {
        var headers = new Metadata();

        await _context.WriteResponseHeadersAsync(headers);

        Assert.Same(headers, _context.WrittenHeaders);
    }

    [Fact]
    public void Propagation_options_go_to_the_core_method()
    {
        _context.CreatePropagationToken(ContextPropagationOptions.Default);

        Assert.Same(ContextPropagationOptions.Default, _context.PropagationOptions);
    }

    [Fact]
    public void UserState_is_one_dictionary_for_the_whole_call()
    {
        _context.UserState["key"] = "value";

        Assert.Equal("value", _context.UserState["key"]);
        Assert.Empty(new TestServerCallContext().UserState);
    }
}
