using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;
using RpcStatus = Google.Rpc.Status;

namespace Interceptors.Server.Tests;

public sealed class RichErrorTests
{
    private const string Key = "grpc-status-details-bin";

    internal static RpcStatus Rich(string message, int bytes = 10) => new()
    {
        Code = (int)StatusCode.InvalidArgument,
        Message = message,
        Details =
            { Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = new string('f', bytes) } } }) },
    };

    [Fact]
    public async Task Details_arrive_and_agree_with_the_status()
    {
        await using var server = await StartAsync((_, _) => Rich("name is empty"));

        var error = await Failure(server);

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal("name is empty", error.Status.Detail);
        Assert.Equal(Rich("name is empty"), Details(error));
    }

    [Fact]
    public async Task A_status_without_details_sends_no_trailer()
    {
        await using var server = await StartAsync((_, _) => new RpcStatus { Code = 3, Message = "name is empty" });

        var error = await Failure(server);

        Assert.Equal("name is empty", error.Status.Detail);
        Assert.Null(error.Trailers.Get(Key));
    }

    [Fact]
    public async Task A_status_without_a_message_has_the_fixed_text_in_both_places_and_stays_as_it_was()
    {
        var shared = Rich("");
        await using var server = await StartAsync((_, _) => shared);

        var error = await Failure(server);

        Assert.Equal("The request holds an invalid argument.", error.Status.Detail);
        Assert.Equal("The request holds an invalid argument.", Details(error).Message);
        Assert.Equal("", shared.Message);
    }

    [Fact]
    public async Task A_message_that_is_cut_is_cut_in_both_places()
    {
        await using var server = await StartAsync((_, _) => Rich(new string('a', 500)), maxTrailerBytes: 512);

        var error = await Failure(server);

        Assert.Equal(new string('a', 253) + "...", error.Status.Detail);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1000)]
    [InlineData(8192)]
    public async Task Details_are_sent_as_long_as_all_trailers_fit(int maxTrailerBytes)
    {
        // Grows until the details no longer fit; the last that did must fill the space but for the padding of base64.
        var size = 0;
        await using var server = await StartAsync((_, _) => Rich("m", size), maxTrailerBytes, trailer: new string('t', 100));
        var most = 0;
        for (var step = maxTrailerBytes; step > 0; step /= 2)
        {
            size = most + step;
            if ((await Failure(server)).Trailers.Get(Key) is not null)
                most = size;
        }

        size = most;
        var fits = await Failure(server);
        var used = "grpc-status".Length + 1 + 32 + "grpc-message".Length + 1 + 32 + "x-a".Length + 100 + 32
            + Key.Length + Convert.ToBase64String(fits.Trailers.GetValueBytes(Key)!).Length + 32;
        Assert.InRange(used, maxTrailerBytes - 8, maxTrailerBytes);
        Assert.NotEmpty(server.Logs.Named("DetailsDropped"));
    }

    [Fact]
    public async Task Details_of_a_thrown_RpcException_pass()
    {
        await using var server = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddRecovery());
        server.Observer.OnCall = _ => throw new RpcException(
            new(StatusCode.InvalidArgument, "x"), new Metadata { { Key, Rich("x").ToByteArray() } });

        Assert.Equal(
            Rich("x"), Details(await Assert.ThrowsAsync<RpcException>(async () => await server.Client().UnaryAsync(new ProbeRequest()))));
    }

    private static RpcStatus Details(RpcException error) => RpcStatus.Parser.ParseFrom(error.Trailers.GetValueBytes(Key));

    private static async Task<ProbeServer> StartAsync(
        Func<SecretException, ServerCallContext, RpcStatus?> status, int maxTrailerBytes = 8192, string? trailer = null)
    {
        var server = await ProbeServer.StartAsync(services => services.AddServerInterceptors().AddRecovery(options =>
        {
            options.MaxTrailerBytes = maxTrailerBytes;
            options.Map(status);
        }));
        server.Observer.OnCall = context =>
        {
            if (trailer is not null)
                context.ResponseTrailers.Add("x-a", trailer);
            throw new SecretException();
        };
        return server;
    }

    private static Task<RpcException> Failure(ProbeServer server) =>
        Assert.ThrowsAsync<RpcException>(async () => await server.Client().UnaryAsync(new ProbeRequest()));
}
