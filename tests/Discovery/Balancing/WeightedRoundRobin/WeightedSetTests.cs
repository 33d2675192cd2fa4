namespace Interceptors.Discovery.Tests;

public sealed class WeightedSetTests
{
    // Kuipers and Niederreiter, Uniform Distribution of Sequences, theorem 2.3.4, for the golden ratio, whose partial quotients are
    // all 1: of N points, any interval of the circle holds its share of them but for at most 3 + (1/ln φ + 1/ln 2) ln N.
    private static int Bound(int picks) => (int)Math.Ceiling(3 + ((1 / Math.Log(1.618) + (1 / Math.Log(2))) * Math.Log(picks)));

    private static (WeightedSet Set, List<BalancedEndpoint> Endpoints) Many()
    {
        var set = new WeightedSet(seed: 7, usesWeights: true);
        var endpoints = Enumerable.Range(0, WeightedSet.Many).Select(i => Unconnected.Endpoint($"h{i}", i == 2 ? 15_000 : (i % 100) + 10))
            .ToList();
        endpoints.ForEach(set.Add);
        return (set, endpoints);
    }

    private static void Index(IThreadPoolWorkItem set) => set.Execute();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2, 7)]
    [InlineData(5, 1, 1)]
    [InlineData(1000, 1, 100, 10, 3)]
    public void Shares_are_as_the_weights(params int[] weights)
    {
        var set = new WeightedSet(seed: 7, usesWeights: true);
        var endpoints = weights.Select((w, i) => Unconnected.Endpoint($"h{i}", w)).ToList();
        endpoints.ForEach(set.Add);

        var counts = set.Picks(10_000);

        foreach (var endpoint in endpoints)
            Assert.InRange(
                counts.GetValueOrDefault(endpoint) - (10_000.0 * endpoint.Weight / weights.Sum()), -Bound(10_000), Bound(10_000));
    }

    [Fact]
    public void The_calls_of_an_endpoint_come_at_intervals_of_at_most_three_lengths()
    {
        var set = new WeightedSet(seed: 7, usesWeights: true);
        var heavy = Unconnected.Endpoint("heavy", 500);
        set.Add(Unconnected.Endpoint("a", 100));
        set.Add(heavy);
        set.Add(Unconnected.Endpoint("b", 100));

        var picks = Enumerable.Range(0, 10_000).Where(_ => ReferenceEquals(set.Pick(), heavy)).ToList();
        var gaps = picks.Zip(picks.Skip(1), (one, next) => next - one).ToHashSet();

        // 5 of 7: so never more than two calls in between.
        Assert.True(gaps.Count <= 3 && gaps.Max() <= 3, string.Join(", ", gaps));
    }

    [Fact]
    public void Shares_follow_endpoints_that_come_go_and_change()
    {
        var random = new Random(3);
        var set = new WeightedSet(seed: 7, usesWeights: true);
        var endpoints = new List<BalancedEndpoint>();
        for (var step = 0; step < 2_000; step++)
        {
            if (endpoints.Count == 0 || random.Next(3) > 0)
            {
                endpoints.Add(Unconnected.Endpoint($"h{step}", random.Next(1, 50)));
                set.Add(endpoints[^1]);
            }
            else
            {
                var index = random.Next(endpoints.Count);
                set.Remove(endpoints[index]);
                endpoints.RemoveAt(index);
            }

            if (endpoints.Count > 0)
            {
                var changed = endpoints[random.Next(endpoints.Count)];
                changed.Endpoint = Unconnected.Address(changed.Endpoint.Host, random.Next(1, 50));
                set.Change(changed);
            }
        }

        var total = endpoints.Sum(e => (long)e.Weight);
        var counts = set.Picks(100_000);
        Assert.Equal(endpoints.Count, set.Count);
        foreach (var endpoint in endpoints)
            Assert.InRange(counts.GetValueOrDefault(endpoint) - (100_000.0 * endpoint.Weight / total), -Bound(100_000), Bound(100_000));
    }

    [Fact]
    public async Task A_pick_meets_changes_without_a_lock_and_always_finds_somebody()
    {
        var set = new WeightedSet(seed: 7, usesWeights: true);
        var stays = Unconnected.Endpoint("stays");
        set.Add(stays);
        using var stop = new CancellationTokenSource();
        var changing = Task.Run(() =>
        {
            var random = new Random(5);
            var others = Enumerable.Range(0, 100).Select(i => Unconnected.Endpoint($"h{i}", i + 1)).ToList();
            while (!stop.IsCancellationRequested)
            {
                var one = others[random.Next(others.Count)];
                if (one.Set is null)
                    set.Add(one);
                else
                    set.Remove(one);
            }
        });

        for (var i = 0; i < 500_000; i++)
            Assert.NotNull(set.Pick());
        await stop.CancelAsync();
        await changing;
    }

    [Fact]
    public void An_index_picks_what_the_tree_picks()
    {
        var (indexed, _) = Many();
        var (tree, _) = Many();
        Index(indexed);

        for (var i = 0; i < 200; i++)
            Assert.Equal(tree.Pick()!.ToString(), indexed.Pick()!.ToString());
    }

    [Fact]
    public void A_change_counts_at_once_whether_there_is_an_index_or_not()
    {
        var (set, endpoints) = Many();
        Index(set);
        set.Remove(endpoints[0]);
        endpoints[1].Endpoint = Unconnected.Address("h1", 100_000_000);
        set.Change(endpoints[1]);
        var without = set.Picks(200);
        Index(set);
        var with = set.Picks(200);

        foreach (var counts in new[] { without, with })
        {
            Assert.Equal(0, counts.GetValueOrDefault(endpoints[0]));
            // Of 100 030 000 in all, about.
            Assert.InRange(counts[endpoints[1]], 200 - Bound(200), 200);
        }
    }

    [Fact]
    public async Task One_that_is_gone_is_never_picked_however_often_indexes_are_made_meanwhile()
    {
        var (set, endpoints) = Many();
        using var stop = new CancellationTokenSource();
        var indexing = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                Index(set);
        });

        for (var i = 0; i < 5_000; i++)
        {
            // The heaviest is picked each second time.
            set.Remove(endpoints[2]);
            for (var pick = 0; pick < 4; pick++)
                Assert.NotSame(endpoints[2], set.Pick());
            set.Add(endpoints[2]);
        }

        await stop.CancelAsync();
        await indexing;
    }

    [Fact]
    public void A_pick_allocates_nothing()
    {
        foreach (var set in new EndpointSet[] { new WeightedSet(1, true), new RoundRobinSet(1), new LeastRequestSet(2) })
        {
            for (var i = 0; i < 100; i++)
                set.Add(Unconnected.Endpoint($"h{i}"));
            set.Pick();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
                set.Pick();
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }
}
