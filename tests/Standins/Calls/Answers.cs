using Grpc.Core;

namespace Interceptors.Standins.Tests;

/// <summary>What a call shall answer, and what it was asked.</summary>
internal sealed class Answers
{
    public static readonly Status Done = new(StatusCode.DataLoss, "lost");

    public Task<string> Response { get; } = Task.FromResult("response");

    public Task<Metadata> Headers { get; } = Task.FromResult(new Metadata());

    public Metadata Trailers { get; } = [];

    public int HeadersAsked { get; private set; }

    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;

    public static Task<Metadata> HeadersOf(object state)
    {
        ((Answers)state).HeadersAsked++;
        return ((Answers)state).Headers;
    }

    public static Status StatusOf(object state) => Done;

    public static Metadata TrailersOf(object state) => ((Answers)state).Trailers;

    public static void DisposeOf(object state) => ((Answers)state).Dispose();
}
