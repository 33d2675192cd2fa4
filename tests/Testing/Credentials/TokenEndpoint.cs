using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Interceptors.Testing;

/// <summary>What a token endpoint was asked.</summary>
public sealed record TokenRequest(string Authorization, IReadOnlyDictionary<string, string> Form);

/// <summary>An OAuth 2.0 token endpoint on a free loopback port: counts requests and answers as told.</summary>
public sealed class TokenEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<TokenRequest> _requests = new();
    private Func<HttpContext, int, Task> _answer = Issue(3600);

    private TokenEndpoint(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single() + "/token");

    public IReadOnlyList<TokenRequest> Requests => [.. _requests];

    /// <summary>Answers each request, given which it is, from 1.</summary>
    public Func<HttpContext, int, Task> Answer
    {
        get => Volatile.Read(ref _answer);
        set => Volatile.Write(ref _answer, value);
    }

    /// <summary>The answer with a token: <c>issued-1</c>, <c>issued-2</c> and so on.</summary>
    public static Func<HttpContext, int, Task> Issue(int? expiresIn) => (context, n) => Write(
        context, 200,
        $$"""{"access_token":"issued-{{n}}","token_type":"bearer"{{(expiresIn is null ? "" : $",\"expires_in\":{expiresIn}")}}}""");

    public static Func<HttpContext, int, Task> Fail(int status, string body = "") => (context, _) => Write(context, status, body);

    public static async Task Hang(HttpContext context, int n)
    {
        ArgumentNullException.ThrowIfNull(context);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public static async Task<TokenEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var endpoint = new TokenEndpoint(app);
        app.MapPost("/token", endpoint.HandleAsync);
        await app.StartAsync();
        return endpoint;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        _requests.Enqueue(new TokenRequest(
            context.Request.Headers.Authorization.ToString(), form.ToDictionary(field => field.Key, field => field.Value.ToString())));
        await Answer(context, _requests.Count);
    }

    private static Task Write(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }
}
