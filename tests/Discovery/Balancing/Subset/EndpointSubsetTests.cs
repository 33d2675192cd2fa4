namespace Interceptors.Discovery.Tests;

public sealed class EndpointSubsetTests
{
    private static readonly string[] Hosts = [.. Enumerable.Range(100, 100).Select(i => $"10.0.0.{i}")];

    [Fact]
    public void It_takes_so_many_in_the_order_of_the_list_and_the_same_ones_each_time()
    {
        var taken = Take(seed: 1, Hosts);

        Assert.Equal(10, taken.Length);
        Assert.Equal(taken.Order(), taken);
        Assert.Equal(taken, Take(seed: 1, Hosts));
        Assert.Equal(taken, Take(seed: 1, [.. Hosts.Reverse()]).Order());
    }

    [Fact]
    public void A_short_list_is_taken_whole() => Assert.Equal(Hosts[..7], Take(seed: 1, Hosts[..7]));

    [Fact]
    public void One_that_leaves_is_replaced_by_one_and_one_that_joins_replaces_at_most_one()
    {
        var taken = Take(seed: 1, Hosts);
        foreach (var leaving in Hosts)
        {
            var rest = Take(seed: 1, [.. Hosts.Where(h => h != leaving)]);
            Assert.Equal(taken.Contains(leaving) ? [leaving] : [], taken.Except(rest));
        }

        for (var i = 0; i < 100; i++)
            Assert.InRange(taken.Except(Take(seed: 1, [.. Hosts, $"10.0.1.{i}"])).Count(), 0, 1);
    }

    [Fact]
    public void Processes_take_different_ones_and_together_all_equally()
    {
        var counts = Hosts.ToDictionary(h => h, _ => 0);
        for (ulong process = 0; process < 1000; process++)
        {
            foreach (var host in Take(SplitMix.Mix(process), Hosts))
                counts[host]++;
        }

        // Binomial, n = 1000, p = 1/10: mean 100, standard deviation 9.5; 6 of them.
        Assert.All(counts.Values, c => Assert.InRange(c, 43, 157));
    }

    private static string[] Take(ulong seed, string[] hosts) =>
        [.. new EndpointSubset(10, seed).Of([.. hosts.Select(h => Unconnected.Address(h))]).Select(a => a.Host)];
}
