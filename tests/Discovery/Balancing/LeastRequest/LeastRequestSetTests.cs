namespace Interceptors.Discovery.Tests;

public sealed class LeastRequestSetTests
{
    [Fact]
    public void The_busiest_is_never_picked_because_it_is_never_compared_with_itself()
    {
        var (set, endpoints) = Create(choiceCount: 2);
        endpoints[1].CallStarted();

        var counts = set.Picks(10_000);

        Assert.Equal(0, counts.GetValueOrDefault(endpoints[1]));
        // Of five endpoints four are idle. Binomial, n = 10 000, p = 1/4: standard deviation 43, so 6 of them are 260.
        Assert.All(endpoints.Where((_, i) => i != 1), e => Assert.InRange(counts[e], 2240, 2760));
    }

    [Fact]
    public void More_choices_find_the_idle_one_more_often()
    {
        var (two, endpoints) = Create(choiceCount: 2);
        foreach (var busy in endpoints.Skip(1))
            busy.CallStarted();
        var found = two.Picks(10_000)[endpoints[0]];
        var (four, others) = Create(choiceCount: 4);
        foreach (var busy in others.Skip(1))
            busy.CallStarted();

        // A pair of five holds a certain one with p = 2/5: 4000, standard deviation 49, 6 of them are 294. Of four choices, each
        // another one than that before, all miss it with p = 4/5 · (3/4)³: it is found 6625 times, standard deviation 47.
        Assert.InRange(found, 3706, 4294);
        Assert.InRange(four.Picks(10_000)[others[0]], 6343, 6907);
    }

    [Fact]
    public void With_as_many_choices_as_endpoints_the_idle_one_is_always_found()
    {
        var (set, endpoints) = Create(choiceCount: 5);
        foreach (var busy in endpoints.Skip(1))
            busy.CallStarted();

        Assert.Equal(1000, set.Picks(1000)[endpoints[0]]);
    }

    [Theory]
    [InlineData(8, 1000, 1000)]
    // A pair of nine holds a certain one with p = 2/9: 222, standard deviation 13, 6 of them are 79.
    [InlineData(9, 143, 301)]
    public void Unless_told_otherwise_all_of_a_few_are_compared_and_two_of_many(int count, int least, int most)
    {
        var (set, endpoints) = Create(choiceCount: null, count);
        foreach (var busy in endpoints.Skip(1))
            busy.CallStarted();

        Assert.InRange(set.Picks(1000)[endpoints[0]], least, most);
    }

    [Fact]
    public void Of_those_that_are_equally_busy_each_is_picked_as_often_as_the_others_wherever_they_stand()
    {
        var (set, endpoints) = Create(choiceCount: null);
        endpoints[1].CallStarted();

        var counts = set.Picks(10_000);

        // Binomial, n = 10 000, p = 1/4: standard deviation 43, so 6 of them are 260.
        Assert.Equal(0, counts.GetValueOrDefault(endpoints[1]));
        Assert.All(endpoints.Where((_, i) => i != 1), e => Assert.InRange(counts[e], 2240, 2760));
    }

    [Fact]
    public void One_that_warms_up_counts_as_busier_than_it_is()
    {
        var (set, endpoints) = Create(choiceCount: 2);
        endpoints[0].WarmShare = 100;
        foreach (var endpoint in endpoints.Skip(1))
            Enumerable.Range(0, 8).ToList().ForEach(_ => endpoint.CallStarted());

        Assert.Equal(0, set.Picks(1000).GetValueOrDefault(endpoints[0]));
        foreach (var endpoint in endpoints.Skip(1))
            Enumerable.Range(0, 2).ToList().ForEach(_ => endpoint.CallStarted());
        Assert.InRange(set.Picks(1000).GetValueOrDefault(endpoints[0]), 1, 1000);
    }

    private static (LeastRequestSet Set, List<BalancedEndpoint> Endpoints) Create(int? choiceCount, int count = 5)
    {
        var set = new LeastRequestSet(seed: 11, choiceCount);
        var endpoints = Enumerable.Range(0, count).Select(i => Unconnected.Endpoint($"h{i}")).ToList();
        endpoints.ForEach(set.Add);
        return (set, endpoints);
    }
}
