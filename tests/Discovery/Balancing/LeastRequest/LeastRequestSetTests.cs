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

    [Theory]
    [InlineData(2, 0, 1)]
    [InlineData(2, 8, 2)]
    [InlineData(5, 0, 1)]
    [InlineData(5, 8, 1)]
    public void One_that_warms_up_takes_part_in_its_share_of_the_choices_whether_the_others_are_idle_or_not(
        int choiceCount, int inFlight, int looks)
    {
        var (set, endpoints) = Create(choiceCount);
        endpoints[0].WarmShare = 300;
        foreach (var endpoint in endpoints.Skip(1))
            Enumerable.Range(0, inFlight).ToList().ForEach(_ => endpoint.CallStarted());

        // Of 5, it is looked at in one choice of 5, or, of two that are compared, in two of which it wins those against busy ones.
        // Binomial, p = 0.06 or 0.12, n = 10,000: 6 standard deviations are at most 195.
        Assert.InRange(set.Picks(10_000).GetValueOrDefault(endpoints[0]) - (600 * looks), -195, 195);
    }

    [Fact]
    public void When_all_warm_up_calls_are_not_kept_from_them()
    {
        var (set, endpoints) = Create(choiceCount: null);
        endpoints.ForEach(e => e.WarmShare = 10);

        // Binomial, p = 1/5, n = 10,000: 6 standard deviations are 240.
        Assert.All(set.Picks(10_000).Values, picks => Assert.InRange(picks, 1760, 2240));
    }

    private static (LeastRequestSet Set, List<BalancedEndpoint> Endpoints) Create(int? choiceCount, int count = 5)
    {
        var set = new LeastRequestSet(choiceCount);
        var endpoints = Enumerable.Range(0, count).Select(i => Unconnected.Endpoint($"h{i}")).ToList();
        endpoints.ForEach(set.Add);
        return (set, endpoints);
    }
}
