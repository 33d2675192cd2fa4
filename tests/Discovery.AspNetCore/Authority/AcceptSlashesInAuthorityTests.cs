using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>Calls as a Go client makes them, byte by byte: no .NET client puts a slash into <c>:authority</c>.</summary>
public sealed class AcceptSlashesInAuthorityTests
{
    private const byte Headers = 1;
    private const byte Reset = 3;

    [Theory]
    [Trait("case", "discovery 17")]
    [InlineData("/project/service/user", ".project.service.user")]
    [InlineData("project%2Fservice%2Fuser", "project.2Fservice.2Fuser")]
    [InlineData("user", "user")]
    [InlineData("127.0.0.1:80", "127.0.0.1:80")]
    public async Task A_call_reaches_its_handler_and_slashes_are_dots(string authority, string seen)
    {
        await using var server = await StartAsync(kestrel => kestrel.AcceptSlashesInAuthority());

        Assert.Equal((Headers, seen), (await CallAsync(server, authority), Host(server)));
    }

    [Fact]
    public async Task Without_it_kestrel_resets_the_call()
    {
        await using var server = await StartAsync(_ => { });

        Assert.Equal((Reset, null), (await CallAsync(server, "project/service/user"), Host(server)));
    }

    [Fact]
    public async Task A_selector_of_the_users_own_stays_in_force()
    {
        List<string> asked = [];
        await using var server = await StartAsync(kestrel =>
        {
            kestrel.RequestHeaderEncodingSelector = name =>
            {
                lock (asked)
                    asked.Add(name);
                return name == "x-latin" ? Encoding.Latin1 : null;
            };
            kestrel.AcceptSlashesInAuthority();
        });

        Assert.Equal(Headers, await CallAsync(server, "a/b", ("x-latin", "caf\u00e9")));
        Assert.Equal("a.b caf\u00e9", $"{Host(server)} {server.Services.GetRequiredService<SeenCalls>().Latin}");
        Assert.Contains("x-latin", asked);
    }

    private static async Task<WebApplication> StartAsync(Action<KestrelServerOptions> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            configure(kestrel);
        });
        builder.Services.AddSingleton<SeenCalls>();
        var app = builder.Build();
        app.Run(context =>
        {
            var seen = context.RequestServices.GetRequiredService<SeenCalls>();
            (seen.Host, seen.Latin) = (context.Request.Host.Value, context.Request.Headers["x-latin"].ToString());
            return context.Response.WriteAsync("ok");
        });
        await app.StartAsync();
        return app;
    }

    private static string? Host(WebApplication server) => server.Services.GetRequiredService<SeenCalls>().Host;

    /// <returns>The kind of the first frame on the call's stream.</returns>
    private static async Task<byte> CallAsync(WebApplication server, string authority, params (string Name, string Value)[] headers)
    {
        var uri = new Uri(server.Urls.Single());
        using var client = new TcpClient();
        await client.ConnectAsync(uri.Host, uri.Port);
        var stream = client.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await stream.WriteAsync(Frame(type: 4, flags: 0, id: 0, []));
        (string, string)[] all = [(":method", "POST"), (":scheme", "http"), (":path", "/a/b"), (":authority", authority), .. headers];
        // END_STREAM and END_HEADERS.
        await stream.WriteAsync(Frame(Headers, flags: 0x5, id: 1, [.. all.SelectMany(header => Literal(header.Item1, header.Item2))]));
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var head = new byte[9];
        while (true)
        {
            await stream.ReadExactlyAsync(head, bound.Token);
            await stream.ReadExactlyAsync(new byte[(head[0] << 16) | (head[1] << 8) | head[2]], bound.Token);
            if (head[8] == 1)
                return head[3];
        }
    }

    private static byte[] Frame(byte type, byte flags, byte id, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, id, .. payload];

    // RFC 7541, section 6.2.2: a literal without indexing, with a new name.
    private static byte[] Literal(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.Latin1.GetBytes(value)];

    private sealed class SeenCalls
    {
        public string? Host { get; set; }

        public string? Latin { get; set; }
    }
}
