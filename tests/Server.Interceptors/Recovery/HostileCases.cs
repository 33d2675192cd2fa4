using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Interceptors.Testing;
using RpcStatus = Google.Rpc.Status;

namespace Interceptors.Server.Tests;

internal static class HostileCases
{
    private const string Secret = $"the password is {ProbeService.Secret}";
    private static readonly string Huge = string.Concat(Enumerable.Repeat($"{ProbeService.Secret} ", 100_000));

    public static IReadOnlyDictionary<string, HostileCase> All { get; } = Unmapped()
        .Concat(Defaults()).Concat(Wrapped()).Concat(PublicTexts()).Concat(BrokenMappings()).Concat(Statuses()).Concat(TrailersOfHandlers())
        .ToDictionary(entry => entry.Name, entry => entry.Case);

    private static IEnumerable<(string Name, HostileCase Case)> Unmapped()
    {
        yield return ("a secret message", Internal(() => new InvalidOperationException(Secret)));
        yield return ("secret data", Internal(() => new InvalidOperationException { Data = { [Secret] = Secret } }));
        yield return ("a secret inner exception", Internal(() => new InvalidOperationException("x", new IOException(Secret))));
        yield return ("an inner exception that would be mapped",
            Internal(() => new InvalidOperationException("x", new KeyNotFoundException(Secret))));
        yield return ("a secret type name", Internal(() => new Hunter2Exception()));
        yield return (
            "a secret source and help link", Internal(() => new InvalidOperationException { Source = Secret, HelpLink = Secret }));
        yield return ("an exception that can't be read", Internal(() => new UnreadableException()) with { Reports = ["FailureNotLogged"] });
        yield return (
            "an exception that can't be written", Internal(() => new UnwritableException()) with { Reports = ["FailureNotLogged"] });
        yield return ("a huge message", Internal(() => new InvalidOperationException(Huge)));
        yield return (
            "control characters", Internal(() => new InvalidOperationException($"a\r\nx-{ProbeService.Secret}: 1\0\u001b[31m\u2028")));
        yield return ("a lone surrogate", Internal(() => new InvalidOperationException($"\ud800{Secret}")));
        yield return ("a disposed object's name", Internal(() => new ObjectDisposedException(Secret)));
#pragma warning disable CA2201 // Handlers do throw it.
        yield return ("the base type itself", Internal(() => new Exception(Secret)));
#pragma warning restore CA2201
        yield return ("insufficient memory, which is no broken process", Internal(() => new InsufficientMemoryException(Secret)));
        yield return ("a type that failed to initialise",
            Internal(() => new TypeInitializationException(Secret, new InvalidOperationException(Secret))));
    }

    private static IEnumerable<(string Name, HostileCase Case)> Defaults()
    {
        const string argument = "The request holds an invalid argument.";
        yield return ("ArgumentException", new(() => new ArgumentException(Secret, Secret), StatusCode.InvalidArgument, argument));
        yield return ("a type derived from it",
            new(() => new ArgumentOutOfRangeException(Secret, Secret), StatusCode.InvalidArgument, argument));
        yield return ("an argument that can't be read",
            new(() => new UnreadableArgumentException(), StatusCode.InvalidArgument, argument) { Reports = ["FailureNotLogged"] });
        yield return ("KeyNotFoundException", NotFound(() => new KeyNotFoundException(Secret)));
        yield return ("UnauthorizedAccessException",
            new(() => new UnauthorizedAccessException(Secret), StatusCode.PermissionDenied, "The caller may not do this."));
        yield return ("NotImplementedException",
            new(() => new NotImplementedException(Secret), StatusCode.Unimplemented, "The server does not implement this."));
        yield return ("TimeoutException",
            new(() => new TimeoutException(Secret), StatusCode.DeadlineExceeded, "The server did not finish in time."));
        yield return ("a cancellation that is not the caller's",
            new(() => new OperationCanceledException(Secret), StatusCode.Cancelled, "The call was cancelled by the server."));
        yield return ("a time limit of HttpClient's", new(
            () => new TaskCanceledException(Secret, new TimeoutException(Secret)),
            StatusCode.DeadlineExceeded, "The server did not finish in time."));
    }

    private static IEnumerable<(string Name, HostileCase Case)> Wrapped()
    {
        yield return ("an aggregate of one", NotFound(() => new AggregateException(Secret, new KeyNotFoundException(Secret))));
        yield return ("an aggregate of an aggregate of one",
            NotFound(() => new AggregateException(new AggregateException(new KeyNotFoundException(Secret)))));
        yield return ("an aggregate nested a thousand times", NotFound(() => Enumerable.Range(0, 1000).Aggregate(
            (Exception)new KeyNotFoundException(Secret), (inner, _) => new AggregateException("x", inner))));
        yield return ("an aggregate of several",
            Internal(() => new AggregateException(new KeyNotFoundException(Secret), new ArgumentException(Secret))));
        yield return ("an aggregate of several RpcExceptions",
            Internal(() => new AggregateException(
                new RpcException(new(StatusCode.NotFound, Secret)), new RpcException(new(StatusCode.Aborted, Secret)))));
        yield return ("an aggregate of none", Internal(() => new AggregateException(Secret)));
        yield return ("an aggregate of several, mapped", new(
            () => new AggregateException(new IOException(Secret), new IOException(Secret)), StatusCode.Unavailable, "try again")
        {
            Configure = options => options.Map<AggregateException>(StatusCode.Unavailable, "try again"),
        });
        yield return ("what reflection threw", NotFound(() => new TargetInvocationException(Secret, new KeyNotFoundException(Secret))));
        yield return ("reflection that threw nothing", Internal(() => new TargetInvocationException(Secret, null)));
        yield return ("an RpcException in an aggregate", new(
            () => new AggregateException(Secret, new RpcException(new(StatusCode.NotFound, "gone"), new Metadata { { "x-a", "kept" } })),
            StatusCode.NotFound, "gone")
        { Logged = 0, Trailers = [("x-a", "kept")] });
    }

    private static IEnumerable<(string Name, HostileCase Case)> PublicTexts()
    {
        yield return ("a public text with line ends", Public("a\r\nb", "a%0D%0Ab"));
        yield return ("a public text in other scripts", Public("naïve 日本 😀", "na%C3%AFve %E6%97%A5%E6%9C%AC %F0%9F%98%80"));
        yield return ("a public text with percent signs", Public("100% %41", "100%25 %2541"));
        yield return ("a public text with a lone surrogate", Public("a\ud800b", "a%EF%BF%BDb"));
        yield return ("a public text with NUL and escape", Public("\0\u001b[31m\u007f", "??[31m?"));
        yield return ("a huge public text", Public(new string('a', 1_000_000), new string('a', 4093) + "..."));
        yield return ("a huge public text in another script",
            Public(new string('ж', 1_000_000), string.Concat(Enumerable.Repeat("%D0%B6", 682)) + "..."));
        yield return ("a huge public text of percent signs",
            Public(new string('%', 1_000_000), string.Concat(Enumerable.Repeat("%25", 1364)) + "..."));
        yield return ("an empty public text", Public("", "What was asked for was not found."));
        yield return (
            "a public text of the exception", new(() => new ArgumentException("name is empty"), StatusCode.InvalidArgument, "name is empty")
            {
                Configure = options => options.Map<ArgumentException>(StatusCode.InvalidArgument, exception => exception.Message),
            });
        yield return ("no public text of the exception", NotFound(() => new SecretException()) with
        {
            Configure = options => options.Map<SecretException>(StatusCode.NotFound, _ => null),
        });
    }

    private static IEnumerable<(string Name, HostileCase Case)> BrokenMappings()
    {
        HostileCase Broken(Func<RpcStatus?> status) => Internal(() => new SecretException()) with
        {
            Configure = options => options.Map<SecretException>((_, _) => status()),
            Reports = ["MappingFailed"],
        };
        yield return ("a mapping that throws", Broken(() => throw new InvalidOperationException(Secret)));
        yield return ("a mapping that throws an RpcException", Broken(() => throw new RpcException(new(StatusCode.NotFound, Secret))));
        yield return ("a mapping that throws a cancellation", Broken(() => throw new OperationCanceledException(Secret)));
        yield return ("a mapping that throws what can't be read",
            Broken(() => throw new UnreadableException()) with { Reports = ["FailureNotLogged", "MappingFailed"] });
        yield return ("a mapping that gives OK", Broken(() => new RpcStatus { Code = 0, Message = Secret }));
        yield return ("a mapping that gives a code out of range", Broken(() => new RpcStatus { Code = 17, Message = Secret }));
        yield return ("a mapping that gives a negative code", Broken(() => new RpcStatus { Code = -1, Message = Secret }));
        yield return ("a mapping that gives an HTTP status", Broken(() => new RpcStatus { Code = 404, Message = Secret }));
        yield return ("a text that throws", Internal(() => new SecretException()) with
        {
            Configure = options => options.Map<SecretException>(StatusCode.NotFound, _ => throw new InvalidOperationException(Secret)),
            Reports = ["MappingFailed"],
        });
        yield return ("a mapping that reads what can't be read", Internal(() => new UnreadableArgumentException()) with
        {
            Configure = options => options.Map<ArgumentException>(StatusCode.NotFound, exception => exception.Message),
            Reports = ["FailureNotLogged", "MappingFailed"],
        });
        yield return ("a mapping that gives nothing",
            Internal(() => new SecretException()) with { Configure = options => options.Map<SecretException>((_, _) => null) });
        yield return ("a mapping that gives nothing where the base type is mapped", NotFound(() => new MoreSecretException()) with
        {
            Configure = options => options.Map<MoreSecretException>((_, _) => null).Map<SecretException>(StatusCode.NotFound),
        });
        yield return (
            "a mapping that sets trailers that can't be sent or that belong to recovery", NotFound(() => new SecretException()) with
            {
                Configure = options => options.Map<SecretException>((_, context) =>
                {
                    context.ResponseTrailers.Add("x-a", $"a\n{ProbeService.Secret}");
                    context.ResponseTrailers.Add("x-b", "kept");
                    context.ResponseTrailers.Add("grpc-status-details-bin", "no status"u8.ToArray());
                    return new RpcStatus { Code = 5 };
                }),
                Reports = ["TrailerDropped"],
                Trailers = [("x-a", null), ("x-b", "kept"), ("grpc-status-details-bin", null)],
            });
        yield return ("details that are too large", NotFound(() => new SecretException()) with
        {
            Configure = options => options.Map<SecretException>((_, _) => new RpcStatus { Code = 5, Details = { Any(100_000) } }),
            Reports = ["DetailsDropped"],
            Trailers = [("grpc-status-details-bin", null)],
        });
        yield return ("details of a type that does not exist", NotFound(() => new SecretException()) with
        {
            Configure = options =>
                options.Map<SecretException>((_, _) => new RpcStatus { Code = 5, Details = { new Any { TypeUrl = "\ud800" } } }),
            Trailers = [("grpc-status-details-bin", Base64(new RpcStatus
            {
                Code = 5, Message = "What was asked for was not found.", Details = { new Any { TypeUrl = "\ufffd" } },
            }))],
        });
    }

    private static IEnumerable<(string Name, HostileCase Case)> Statuses()
    {
        foreach (var code in new[] { 0, 17, 99, -1, int.MaxValue, int.MinValue })
            yield return ($"an RpcException of {code}", Internal(() => new RpcException(new((StatusCode)code, Secret))));
        yield return ("an RpcException of no text",
            new(() => new RpcException(new(StatusCode.NotFound, "")), StatusCode.NotFound, null) { Logged = 0 });
        yield return ("an RpcException with a debug exception", new(
            () => new RpcException(new(StatusCode.NotFound, "gone", new InvalidOperationException(Secret))), StatusCode.NotFound, "gone")
        {
            Logged = 0,
            IsLoggedByGrpc = true,
        });
        yield return ("an RpcException with line ends",
            new(() => new RpcException(new(StatusCode.NotFound, "a\r\nb")), StatusCode.NotFound, "a%0D%0Ab") { Logged = 0 });
        yield return ("a status that was set before the exception",
            Internal(() => new SecretException()) with { Before = context => context.Status = new(StatusCode.OK, Secret) });
    }

    private static IEnumerable<(string Name, HostileCase Case)> TrailersOfHandlers()
    {
        HostileCase Thrown(string key, string value, string? received) => new(
            () => new RpcException(new(StatusCode.NotFound, "gone"), new Metadata { { key, value }, { "x-b", "kept" } }),
                StatusCode.NotFound, "gone")
        {
            Logged = 0,
            Trailers = [(key, received), ("x-b", "kept")],
            Reports = received is null && key is "x-a" ? ["TrailerDropped"] : [],
        };
        yield return ("a trailer with line ends", Thrown("x-a", $"a\r\nx-c: {ProbeService.Secret}", null));
        yield return ("a trailer that is not ASCII", Thrown("x-a", $"é {ProbeService.Secret}", null));
        yield return ("a trailer with NUL", Thrown("x-a", $"\0{ProbeService.Secret}", null));
        yield return ("an empty trailer", Thrown("x-a", "", null) with { Reports = [] });
        yield return ("a trailer for the status", Thrown("grpc-status", "0", "5"));
        yield return ("a trailer for the message", Thrown("grpc-message", "other", "gone"));
        yield return ("a trailer for the length", Thrown("content-length", "5", "0") with { Reports = ["TrailerDropped"] });
        yield return (
            "a trailer for the type", Thrown("content-type", "text/html", "application/grpc") with { Reports = ["TrailerDropped"] });
        yield return ("a trailer for the connection", Thrown("connection", "close", null));
        yield return ("a trailer that the handler set and that can't be sent", Internal(() => new SecretException()) with
        {
            Before = context => context.ResponseTrailers.Add("x-a", $"a\n{ProbeService.Secret}"),
            Trailers = [("x-a", null)],
            Reports = ["TrailerDropped"],
        });
        yield return ("details that the handler set for another status", Internal(() => new SecretException()) with
        {
            Before = context =>
                context.ResponseTrailers.Add("grpc-status-details-bin", new RpcStatus { Code = 5, Message = Secret }.ToByteArray()),
            Trailers = [("grpc-status-details-bin", null)],
        });
    }

    private static HostileCase Internal(Func<Exception> thrown) => new(thrown, StatusCode.Internal, HostileCase.Failed);

    private static HostileCase NotFound(Func<Exception> thrown) => new(thrown, StatusCode.NotFound, "What was asked for was not found.");

    private static HostileCase Public(string text, string onTheWire) => new(() => new SecretException(), StatusCode.NotFound, onTheWire)
    {
        Configure = options => options.Map<SecretException>(StatusCode.NotFound, text),
    };

    private static Any Any(int bytes) => new() { TypeUrl = "t", Value = ByteString.CopyFrom(new byte[bytes]) };

    private static string Base64(RpcStatus status) => Convert.ToBase64String(status.ToByteArray());
}
