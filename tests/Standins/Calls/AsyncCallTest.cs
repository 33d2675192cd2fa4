using Grpc.Core;

namespace Interceptors.Standins.Tests;

/// <summary>The call objects answer by what they were made of, in both forms and all four kinds.</summary>
public sealed class AsyncCallTest
{
    private readonly Answers _answers = new();
    private readonly ListReader<string> _reader = new([]);
    private readonly ClientWriter _writer = new();

    public static TheoryData<string> Kinds { get; } = ["Unary", "ServerStreaming", "ClientStreaming", "Duplex"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_call_of_plain_callbacks_answers_by_them(string kind) => AssertAnswers(Plain(kind));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_call_of_callbacks_with_a_state_answers_by_them(string kind) => AssertAnswers(WithState(kind));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Headers_of_a_call_with_a_state_are_fetched_only_when_asked_for(string kind)
    {
        var call = WithState(kind);
        Assert.Equal(0, _answers.HeadersAsked);

        _ = HeadersOf(call);

        Assert.Equal(1, _answers.HeadersAsked);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Asking_a_call_with_a_state_allocates_nothing(string kind)
    {
        var call = WithState(kind);
        AskEverything(call); // What the runtime allocates for the first time of all doesn't count.

        var before = GC.GetAllocatedBytesForCurrentThread();
        AskEverything(call);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    [Fact]
    public async Task A_call_with_one_response_can_be_awaited()
    {
        using var unary = (AsyncUnaryCall<string>)WithState("Unary");
        using var streaming = (AsyncClientStreamingCall<string, string>)WithState("ClientStreaming");

        Assert.Equal("response", await unary);
        Assert.Equal("response", await unary.ConfigureAwait(true));
        Assert.Same(_answers.Response, unary.ResponseAsync);
        Assert.Equal("response", await streaming);
        Assert.Equal("response", await streaming.ConfigureAwait(true));
        Assert.Same(_answers.Response, streaming.ResponseAsync);
    }

    [Fact]
    public void The_streams_are_those_given()
    {
        using var responses = (AsyncServerStreamingCall<string>)WithState("ServerStreaming");
        using var requests = (AsyncClientStreamingCall<string, string>)WithState("ClientStreaming");
        using var duplex = (AsyncDuplexStreamingCall<string, string>)WithState("Duplex");

        Assert.Same(_reader, responses.ResponseStream);
        Assert.Same(_writer, requests.RequestStream);
        Assert.Equal((_writer, _reader), (duplex.RequestStream, duplex.ResponseStream));
    }

    private void AssertAnswers(IDisposable call)
    {
        Assert.Same(_answers.Headers, HeadersOf(call));
        Assert.Equal(Answers.Done, StatusOf(call));
        Assert.Same(_answers.Trailers, TrailersOf(call));
        Assert.False(_answers.IsDisposed);
        call.Dispose();
        Assert.True(_answers.IsDisposed);
    }

    private static void AskEverything(IDisposable call)
    {
        HeadersOf(call);
        StatusOf(call);
        TrailersOf(call);
        call.Dispose();
    }

    private static Task<Metadata> HeadersOf(IDisposable call) => call switch
    {
        AsyncUnaryCall<string> unary => unary.ResponseHeadersAsync,
        AsyncServerStreamingCall<string> serverStreaming => serverStreaming.ResponseHeadersAsync,
        AsyncClientStreamingCall<string, string> clientStreaming => clientStreaming.ResponseHeadersAsync,
        _ => ((AsyncDuplexStreamingCall<string, string>)call).ResponseHeadersAsync,
    };

    private static Status StatusOf(IDisposable call) => call switch
    {
        AsyncUnaryCall<string> unary => unary.GetStatus(),
        AsyncServerStreamingCall<string> serverStreaming => serverStreaming.GetStatus(),
        AsyncClientStreamingCall<string, string> clientStreaming => clientStreaming.GetStatus(),
        _ => ((AsyncDuplexStreamingCall<string, string>)call).GetStatus(),
    };

    private static Metadata TrailersOf(IDisposable call) => call switch
    {
        AsyncUnaryCall<string> unary => unary.GetTrailers(),
        AsyncServerStreamingCall<string> serverStreaming => serverStreaming.GetTrailers(),
        AsyncClientStreamingCall<string, string> clientStreaming => clientStreaming.GetTrailers(),
        _ => ((AsyncDuplexStreamingCall<string, string>)call).GetTrailers(),
    };

    private IDisposable Plain(string kind) => kind switch
    {
        "Unary" => new AsyncUnaryCall<string>(
            _answers.Response, _answers.Headers, () => Answers.Done, () => _answers.Trailers, _answers.Dispose),
        "ServerStreaming" => new AsyncServerStreamingCall<string>(
            _reader, _answers.Headers, () => Answers.Done, () => _answers.Trailers, _answers.Dispose),
        "ClientStreaming" => new AsyncClientStreamingCall<string, string>(
            _writer, _answers.Response, _answers.Headers, () => Answers.Done, () => _answers.Trailers, _answers.Dispose),
        _ => new AsyncDuplexStreamingCall<string, string>(
            _writer, _reader, _answers.Headers, () => Answers.Done, () => _answers.Trailers, _answers.Dispose),
    };

    private IDisposable WithState(string kind) => kind switch
    {
        "Unary" => new AsyncUnaryCall<string>(
            _answers.Response, Answers.HeadersOf, Answers.StatusOf, Answers.TrailersOf, Answers.DisposeOf, _answers),
        "ServerStreaming" => new AsyncServerStreamingCall<string>(
            _reader, Answers.HeadersOf, Answers.StatusOf, Answers.TrailersOf, Answers.DisposeOf, _answers),
        "ClientStreaming" => new AsyncClientStreamingCall<string, string>(
            _writer, _answers.Response, Answers.HeadersOf, Answers.StatusOf, Answers.TrailersOf, Answers.DisposeOf, _answers),
        _ => new AsyncDuplexStreamingCall<string, string>(
            _writer, _reader, Answers.HeadersOf, Answers.StatusOf, Answers.TrailersOf, Answers.DisposeOf, _answers),
    };

    private sealed class ClientWriter : IClientStreamWriter<string>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message) => Task.CompletedTask;

        public Task CompleteAsync() => Task.CompletedTask;
    }
}
