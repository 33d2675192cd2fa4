namespace Interceptors.Discovery.Tests;

public sealed class PageSizeTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public void Pages_of_small_values_grow_up_to_the_option() => Assert.Equal([1000, 4000, 5000, 5000], Sizes(5000, _ => 100).Take(4));

    [Fact]
    public void The_first_page_is_no_larger_than_the_option() => Assert.Equal([7, 7], Sizes(7, _ => 100).Take(2));

    [Fact]
    public void Pages_of_large_values_hold_four_megabytes() => Assert.Equal([1000, 4, 4], Sizes(1000, _ => Megabyte).Take(3));

    [Fact]
    public void Pages_grow_again_step_by_step_where_values_are_small_again() =>
        Assert.Equal([1000, 4, 16, 64], Sizes(1000, page => page == 0 ? Megabyte : 100).Take(4));

    [Fact]
    public void A_page_that_is_too_large_shrinks_down_to_one_key()
    {
        var size = new PageSize(4000);
        var sizes = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            size.OnTooLarge();
            sizes.Add(size.Keys);
        }

        Assert.Equal([4, 1, 1], sizes);
    }

    [Fact]
    public void What_was_too_large_is_read_in_small_pages_to_its_end()
    {
        var size = new PageSize(4000);
        size.OnTooLarge();
        size.OnRead(4, 100);
        for (var read = 4; read + 15 < 1000; read += 15)
        {
            Assert.Equal(15, size.Keys);
            size.OnRead(15, 100);
        }

        Assert.Equal(15, size.Keys);

        size.OnRead(15, 100);
        Assert.Equal(60, size.Keys);
    }

    [Fact]
    public void Within_it_pages_grow_again_after_a_few_large_values()
    {
        var size = new PageSize(4000);
        size.OnTooLarge();
        size.OnRead(4, 60 * Megabyte);
        Assert.Equal(1, size.Keys);

        size.OnRead(1, 100);
        size.OnRead(4, 100);
        Assert.Equal(15, size.Keys);
    }

    private static IEnumerable<long> Sizes(int most, Func<int, int> valueOfPage)
    {
        var size = new PageSize(most);
        for (var page = 0; ; page++)
        {
            yield return size.Keys;
            size.OnRead((int)size.Keys, (int)size.Keys * valueOfPage(page));
        }
    }
}
