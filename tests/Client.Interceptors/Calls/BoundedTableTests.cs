namespace Interceptors.Client.Tests;

public sealed class BoundedTableTests
{
    private readonly HashSet<int> _inUse = [];
    private int _made;

    [Fact]
    [Trait("case", "interceptors 41")]
    public void It_keeps_no_more_than_its_capacity()
    {
        var table = new BoundedTable<int, int>(10);
        for (var i = 0; i < 1000; i++)
        {
            Get(table, i);
            Assert.InRange(table.Count, 1, 10);
        }
    }

    [Fact]
    public void What_is_used_again_and_again_stays()
    {
        var table = new BoundedTable<int, int>(10);
        for (var i = 0; i < 1000; i++)
        {
            Get(table, -1);
            Get(table, i);
        }

        Assert.InRange(_made, 1001, 1100);
        var before = _made;
        Get(table, -1);
        Assert.Equal(before, _made);
    }

    [Fact]
    public void What_must_not_be_dropped_stays_and_the_table_grows()
    {
        var table = new BoundedTable<int, int>(10, value => !_inUse.Contains(value));
        _inUse.UnionWith(Enumerable.Range(0, 50));
        for (var i = 0; i < 1000; i++)
            Get(table, i);

        Assert.InRange(table.Count, 50, 63);
        var before = _made;
        for (var i = 0; i < 50; i++)
            Get(table, i);
        Assert.Equal(before, _made);

        _inUse.Clear();
        for (var i = 1000; i < 2000; i++)
            Get(table, i);
        Assert.InRange(table.Count, 1, 10);
    }

    [Fact]
    public void Where_all_are_used_half_of_them_go()
    {
        var table = new BoundedTable<int, int>(10);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 10; i++)
                Get(table, i);
        }
        Get(table, 10);

        Assert.Equal(6, table.Count);
    }

    private void Get(BoundedTable<int, int> table, int key) => Assert.Equal(key, table.GetOrAdd(
        key,
        static (key, self) =>
        {
            self._made++;
            return key;
        },
        this));
}
