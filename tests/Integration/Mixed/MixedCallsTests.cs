using Grpc.Core;

namespace Interceptors.Integration.Tests;

/// <summary>
/// Ten thousand calls of all kinds with all ends, both standard stacks on: each side reports each call once, and what the two report
/// agrees.
/// </summary>
public sealed class MixedCallsTests(MixedRun run) : IClassFixture<MixedRun>
{
    [Fact]
    public void The_client_logs_every_call_once() =>
        Holds(run.Calls.Where(call => run.Client.CountOf(call) != 1), call => $"{run.Client.CountOf(call)} lines");

    [Fact]
    public void The_server_logs_every_call_once_whose_request_arrived_and_no_other() =>
        Holds(
            run.Calls.Where(call => run.Server.CountOf(call) != run.Arrivals.Of(call.TraceId) || run.Server.CountOf(call) > 1),
            call => $"{run.Server.CountOf(call)} lines, {run.Arrivals.Of(call.TraceId)} requests");

    [Fact]
    public void The_servers_handlers_are_logged_under_the_trace_id_that_the_client_sent() => Assert.Equal(0, run.Server.CountOfRenamed);

    [Fact]
    public void Neither_side_logs_a_call_that_nobody_made()
    {
        Assert.Equal(0, run.Client.CountOfOthers(run.Calls));
        Assert.Equal(0, run.Server.CountOfOthers(run.Calls));
    }

    [Fact]
    public void The_client_counts_the_calls_that_it_logs_by_method_and_status() => Assert.Equal(run.Client.Logged, run.Client.Measured);

    [Fact]
    public void The_server_counts_the_calls_that_it_logs_by_method_and_status() => Assert.Equal(run.Server.Logged, run.Server.Measured);

    [Fact]
    public void Requests_arrive_unless_the_caller_stopped_before_or_nobody_is_there() =>
        Holds(
            run.Calls.Where(call => call.Rule.Reach is var reach && reach != Reach.Perhaps
                && run.Arrivals.Of(call.TraceId) != (reach == Reach.Always ? 1 : 0)),
            call => $"{run.Arrivals.Of(call.TraceId)} requests");

    [Fact]
    public void The_client_logs_the_status_that_the_caller_saw() =>
        Holds(
            // Who interrupts a call while its end arrives may see the one and find the other logged.
            run.Calls.Where(
                call => call.Seen is { } seen && run.Client.StatusOf(call) != seen && run.Client.StatusOf(call) != call.Rule.Caller),
            call => $"saw {call.Seen}, logged {run.Client.StatusOf(call)}");

    [Fact]
    public void The_client_logs_a_status_that_the_call_can_have() =>
        Holds(
            run.Calls.Where(call => run.Client.StatusOf(call) is { } client && !call.Rule.AllowsClient(client)),
            call => $"logged {run.Client.StatusOf(call)}, saw {call.Seen}");

    [Fact]
    public void Client_and_server_agree_on_the_status() =>
        Holds(
            run.Calls.Where(call => run.Client.StatusOf(call) is { } client && !call.Rule.Agree(client, run.Server.StatusOf(call))),
            call => $"client {run.Client.StatusOf(call)}, server {run.Server.StatusOf(call)}");

    [Fact]
    public void The_calls_had_all_the_ends_that_were_planned()
    {
        StatusCode?[] both =
        [
            StatusCode.OK, StatusCode.Cancelled, StatusCode.Unknown, StatusCode.NotFound, StatusCode.ResourceExhausted,
            StatusCode.Unimplemented, StatusCode.Internal,
        ];

        // On a slow machine, deadlines may all pass before the request arrives.
        Assert.Empty(both.Except(run.Calls.Select(run.Server.StatusOf)));
        Assert.Empty(both.Append(StatusCode.DeadlineExceeded).Append(StatusCode.Unavailable).Except(run.Calls.Select(run.Client.StatusOf)));
    }

    [Fact]
    public void Nothing_is_left_running()
    {
        Assert.Equal(0, run.Handlers);
        Assert.Equal(0, run.Arrivals.Running);
        Assert.Equal(0, run.LimitedCalls);
    }

    private void Holds(IEnumerable<MixedCall> exceptions, Func<MixedCall, string> describe)
    {
        var all = exceptions.Select(call => $"{call}: {describe(call)}\n  {run.Client.Describe(call)}\n  {run.Server.Describe(call)}")
            .ToList();
        Assert.True(all.Count == 0, $"Seed {run.Seed}, {all.Count} calls:\n{string.Join('\n', all.Take(20))}");
    }
}
