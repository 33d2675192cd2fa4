using System.Runtime.CompilerServices;

namespace Interceptors.Client.Tests;

public sealed class ObservedTaskMethodBuilderTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public async Task A_method_that_need_not_wait_completes_at_once()
    {
        Assert.Equal("a", await Echo(Task.FromResult("a")));
        await Assert.ThrowsAsync<IOException>(() => Echo(Task.FromException<string>(new IOException())));
    }

    [Fact]
    public async Task A_method_that_waits_ends_as_what_it_waits_for()
    {
        var succeeds = new TaskCompletionSource<string>();
        var fails = new TaskCompletionSource<string>();
        var echoes = (Echo(succeeds.Task), Echo(fails.Task));

        succeeds.SetResult("b");
        fails.SetException(new IOException("c"));

        Assert.Equal("b", await echoes.Item1);
        Assert.Equal("c", (await Assert.ThrowsAsync<IOException>(() => echoes.Item2)).Message);
    }

    [Fact]
    public async Task It_goes_on_in_the_context_in_which_it_waited()
    {
        var response = new TaskCompletionSource<string>();
        Ambient.Value = "caller";
        var seen = AmbientAfter(response.Task);
        Ambient.Value = "other";

        await Task.Run(() => response.SetResult(""));

        Assert.Equal("caller", await seen);
        Assert.Equal("other", Ambient.Value);
    }

    [Fact]
    public async Task What_waits_for_it_may_start_the_next_one_at_once()
    {
        var responses = Enumerable.Range(0, 1000).Select(_ => new TaskCompletionSource<string>()).ToArray();
        var all = Chain(responses);

        for (var i = 0; i < responses.Length; i++)
            responses[i].SetResult($"{i}");

        Assert.Equal(responses.Select((_, i) => $"{i}"), await all);

        static async Task<List<string>> Chain(TaskCompletionSource<string>[] responses)
        {
            var seen = new List<string>();
            foreach (var response in responses)
                seen.Add(await Echo(response.Task).ConfigureAwait(false));
            return seen;
        }
    }

    [Fact]
    public async Task Methods_that_wait_at_the_same_time_do_not_mix_up()
    {
        var responses = Enumerable.Range(0, 1000).Select(_ => new TaskCompletionSource<string>()).ToArray();
        for (var round = 0; round < 3; round++)
        {
            var echoes = responses.Select(response => Echo(response.Task)).ToArray();
            await Parallel.ForAsync(0, responses.Length, (i, _) =>
            {
                responses[i].TrySetResult($"{i}");
                return ValueTask.CompletedTask;
            });
            Assert.Equal(responses.Select((_, i) => $"{i}"), await Task.WhenAll(echoes));
            responses = [.. responses.Select(_ => new TaskCompletionSource<string>())];
        }
    }

    [Fact]
    public async Task An_exception_that_nobody_looks_at_is_observed()
    {
        var fails = new TaskCompletionSource<string>();
        var echo = Echo(fails.Task);
        fails.SetException(new IOException());
        _ = fails.Task.Exception;

        await Task.WhenAny(echo);

        // The assembly's fixture would find it otherwise.
        Assert.True(echo.IsFaulted);
    }

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private static async Task<string> Echo(Task<string> response) => await response.ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(ObservedTaskMethodBuilder<>))]
    private static async Task<string?> AmbientAfter(Task<string> response)
    {
        await response.ConfigureAwait(false);
        return Ambient.Value;
    }
}
