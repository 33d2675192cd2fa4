using Grpc.Core;
using Interceptors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Interceptors.Server.Tests;

/// <summary>A group behaves as the same interceptors nested in each other would: the same tests run on both.</summary>
public sealed class NestingTests
{
    public static TheoryData<bool, CallKind> GroupedOrNested { get; } = new(
        from grouped in new[] { true, false }
        from kind in Enum.GetValues<CallKind>()
        select (grouped, kind));

    [Theory]
    [MemberData(nameof(GroupedOrNested))]
    public async Task Starts_run_outermost_first_and_ends_innermost_first(bool grouped, CallKind kind)
    {
        var journal = new Journal();
        await using var server = await StartAsync(grouped, journal);

        await new CallDriver(server.Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        Assert.Equal(["outer starts", "inner starts", "inner ends: ", "outer ends: "], journal.Entries);
    }

    [Theory]
    [MemberData(nameof(GroupedOrNested))]
    public async Task A_refused_call_reaches_neither_the_handler_nor_steps_further_in(bool grouped, CallKind kind)
    {
        var journal = new Journal { InnerRefuses = true };
        await using var server = await StartAsync(grouped, journal);
        var handled = false;
        server.Observer.OnCall = _ =>
        {
            handled = true;
            return Task.CompletedTask;
        };

        var seen = await new CallDriver(server.Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        Assert.Equal(StatusCode.PermissionDenied, seen);
        Assert.False(handled);
        Assert.Equal(["outer starts", "outer ends: RpcException"], journal.Entries);
    }

    [Theory]
    [MemberData(nameof(GroupedOrNested))]
    public async Task What_an_inner_step_makes_of_an_error_is_what_outer_steps_and_the_caller_see(bool grouped, CallKind kind)
    {
        var journal = new Journal { InnerReplaces = true };
        await using var server = await StartAsync(grouped, journal);

        var seen = await new CallDriver(server.Client()).RunAsync(kind, CallEnd.Exception, () => Task.CompletedTask);

        Assert.Equal(StatusCode.DataLoss, seen);
        Assert.Equal(
            ["outer starts", "inner starts", "inner ends: InvalidOperationException", "outer ends: RpcException"], journal.Entries);
    }

    [Theory]
    [MemberData(nameof(GroupedOrNested))]
    public async Task A_step_that_throws_at_the_end_changes_nothing(bool grouped, CallKind kind)
    {
        var journal = new Journal { InnerThrowsAtEnd = true };
        await using var server = await StartAsync(grouped, journal);

        var seen = await new CallDriver(server.Client()).RunAsync(kind, CallEnd.Success, () => Task.CompletedTask);

        Assert.Equal(StatusCode.OK, seen);
        Assert.Equal("outer ends: ", journal.Entries[^1]);
    }

    [Fact]
    public async Task Resources_of_a_call_are_disposed_after_all_steps_know_its_end_last_in_first_out()
    {
        var journal = new Journal { TakesResources = true };
        await using var server = await StartAsync(grouped: true, journal);

        await server.Client().UnaryAsync(new ProbeRequest());

        Assert.Equal(["inner ends: ", "outer ends: ", "inner resource", "outer resource"], journal.Entries.Skip(2));
    }

    private static Task<ProbeServer> StartAsync(bool grouped, Journal journal) => ProbeServer.StartAsync(services =>
    {
        services.AddSingleton(journal);
        if (grouped)
            services.AddServerInterceptors().Add<Outer>().Add<Inner>();
        else
            services.AddGrpc(options =>
            {
                options.Interceptors.Add<Outer>();
                options.Interceptors.Add<Inner>();
            });
    });

    private sealed class Journal
    {
        private readonly List<string> _entries = [];

        public bool InnerRefuses { get; init; }

        public bool InnerReplaces { get; init; }

        public bool InnerThrowsAtEnd { get; init; }

        public bool TakesResources { get; init; }

        public IReadOnlyList<string> Entries
        {
            get
            {
                lock (_entries)
                    return [.. _entries];
            }
        }

        public void Add(string entry)
        {
            lock (_entries)
                _entries.Add(entry);
        }
    }

    private sealed class Outer(Journal journal) : ServerInterceptor
    {
        protected override ValueTask OnStartAsync(ServerCall call)
        {
            journal.Add("outer starts");
            if (journal.TakesResources)
                call.DisposeAtEnd(new Resource(journal, "outer resource"));
            return default;
        }

        protected override Exception? OnEnd(ServerCall call, Exception? error)
        {
            journal.Add($"outer ends: {error?.GetType().Name}");
            return error;
        }
    }

    private sealed class Inner(Journal journal) : ServerInterceptor
    {
        protected override async ValueTask OnStartAsync(ServerCall call)
        {
            await Task.Yield();
            if (journal.InnerRefuses)
                throw new RpcException(new Status(StatusCode.PermissionDenied, "no"));
            journal.Add("inner starts");
            if (journal.TakesResources)
                call.DisposeAtEnd(new Resource(journal, "inner resource"));
        }

        protected override Exception? OnEnd(ServerCall call, Exception? error)
        {
            journal.Add($"inner ends: {error?.GetType().Name}");
            if (journal.InnerThrowsAtEnd)
                throw new InvalidOperationException("at the end");
            return journal.InnerReplaces ? new RpcException(new Status(StatusCode.DataLoss, "replaced")) : error;
        }
    }

    private sealed class Resource(Journal journal, string name) : IDisposable
    {
        public void Dispose() => journal.Add(name);
    }
}
