using System.Collections;
using Grpc.Core;

namespace Interceptors.Standins.Tests;

public sealed class MetadataListTest
{
    private static readonly Metadata.Entry New = new("new", "n");

    private readonly Metadata _metadata = new() { { "a", "1" }, { "b", "2" } };

    [Fact]
    public void Entries_keep_the_order_in_which_they_were_added() =>
        Assert.Equal(["a", "b"], _metadata.Select(entry => entry.Key));

    [Fact]
    public void Insert_shifts_what_follows()
    {
        _metadata.Insert(1, New);

        Assert.Equal(["a", "new", "b"], _metadata.Select(entry => entry.Key));
    }

    [Fact]
    public void The_indexer_replaces()
    {
        _metadata[1] = New;

        Assert.Equal(["a", "new"], _metadata.Select(entry => entry.Key));
    }

    [Fact]
    public void Remove_and_RemoveAt_take_one_entry()
    {
        Assert.True(_metadata.Remove(_metadata[0]));
        Assert.False(_metadata.Remove(New));
        _metadata.RemoveAt(0);

        Assert.Empty(_metadata);
    }

    [Fact]
    public void Clear_takes_all_entries()
    {
        _metadata.Clear();

        Assert.Empty(_metadata);
    }

    [Fact]
    public void IndexOf_and_Contains_go_by_reference()
    {
        Assert.Equal(1, _metadata.IndexOf(_metadata[1]));
        Assert.Equal(-1, _metadata.IndexOf(New));
        Assert.Contains(_metadata[0], _metadata);
        Assert.DoesNotContain(new Metadata.Entry("a", "1"), _metadata);
    }

    [Fact]
    public void CopyTo_starts_at_the_index()
    {
        var array = new Metadata.Entry?[3];

        _metadata.CopyTo(array!, 1);

        Assert.Equal([null, _metadata[0], _metadata[1]], array);
    }

    [Fact]
    public void The_untyped_enumerator_yields_the_same_entries() =>
        Assert.Equal(_metadata.ToArray(), ((IEnumerable)_metadata).Cast<Metadata.Entry>());

    [Fact]
    public void A_null_entry_is_refused()
    {
        Assert.Throws<ArgumentNullException>("item", () => _metadata.Add(null!));
        Assert.Throws<ArgumentNullException>("item", () => _metadata.Insert(0, null!));
        Assert.Throws<ArgumentNullException>("value", () => _metadata[0] = null!);
    }

    [Fact]
    public void Metadata_is_writable_unless_it_is_Empty()
    {
        Assert.False(_metadata.IsReadOnly);
        Assert.True(Metadata.Empty.IsReadOnly);
    }

    [Fact]
    public void Empty_refuses_every_change()
    {
        Action<Metadata>[] changes =
        [
            metadata => metadata.Add("a", "x"),
            metadata => metadata.Add("a-bin", [1]),
            metadata => metadata.Add(New),
            metadata => metadata.Insert(0, New),
            metadata => metadata[0] = New,
            metadata => metadata.Remove(New),
            metadata => metadata.RemoveAt(0),
            metadata => metadata.Clear(),
        ];

        Assert.All(changes, change => Assert.Equal(
            "Object is read only", Assert.Throws<InvalidOperationException>(() => change(Metadata.Empty)).Message));
    }
}
