using ProtoBuf;
using ProtoBuf.Grpc;
using ProtoBuf.Grpc.Configuration;

namespace Interceptors.Server.Tests;

[ProtoContract]
public sealed class CodeFirstText
{
    [ProtoMember(1)]
    public string Text { get; set; } = "";
}

[Service("interceptors.testing.CodeFirst")]
public interface ICodeFirst
{
    [Operation]
    Task<CodeFirstText> UnaryAsync(CodeFirstText request, CallContext context = default);

    [Operation]
    Task<CodeFirstText> ClientStreamAsync(IAsyncEnumerable<CodeFirstText> requests, CallContext context = default);

    [Operation]
    IAsyncEnumerable<CodeFirstText> ServerStreamAsync(CodeFirstText request, CallContext context = default);

    [Operation]
    IAsyncEnumerable<CodeFirstText> DuplexAsync(IAsyncEnumerable<CodeFirstText> requests, CallContext context = default);
}

/// <summary>A service without a .proto file: says the text again.</summary>
public sealed class CodeFirstService : ICodeFirst
{
    public Task<CodeFirstText> UnaryAsync(CodeFirstText request, CallContext context = default) => Task.FromResult(request);

    public async Task<CodeFirstText> ClientStreamAsync(IAsyncEnumerable<CodeFirstText> requests, CallContext context = default)
    {
        var last = new CodeFirstText();
        await foreach (var request in requests)
            last = request;
        return last;
    }

    public async IAsyncEnumerable<CodeFirstText> ServerStreamAsync(CodeFirstText request, CallContext context = default)
    {
        await Task.Yield();
        yield return request;
    }

    public async IAsyncEnumerable<CodeFirstText> DuplexAsync(IAsyncEnumerable<CodeFirstText> requests, CallContext context = default)
    {
        await foreach (var request in requests)
            yield return request;
    }
}
