using Google.Protobuf;
using Interceptors.Discovery.Etcd.Protocol;

namespace Interceptors.Discovery.Tests;

public sealed class LeanAnswersTests
{
    private static readonly RangeResponse List = new()
    {
        Header = new ResponseHeader { ClusterId = ulong.MaxValue, Revision = 7 },
        Kvs = { Pair("/a", 10), Pair("/b", ServiceFormats.MaxValueSize), Pair("/c", 0) },
        More = true,
        Count = 300,
    };

    [Fact]
    public void A_list_is_read_as_it_is() => Assert.Equal(List, LeanAnswers.ReadList(List.ToByteArray()));

    [Fact]
    public void Changes_are_read_as_they_are()
    {
        var changes = new WatchResponse
        {
            Header = new ResponseHeader { Revision = 8 },
            Created = true,
            Events = { new Event { Kv = Pair("/a", 10) }, new Event { Type = Event.Types.EventType.Delete, Kv = Pair("/b", 0) } },
        };

        Assert.Equal(changes, LeanAnswers.ReadChanges(changes.ToByteArray()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2_000_000)]
    [InlineData(1_000_000)]
    public void A_value_that_is_too_large_keeps_its_length_and_all_else(int above)
    {
        var large = Pair("/large", ServiceFormats.MaxValueSize + above);
        var list = new RangeResponse { Kvs = { Pair("/a", 10), large, Pair("/b", 10) } };
        var read = LeanAnswers.ReadList(list.ToByteArray());
        var change = LeanAnswers.ReadChanges(new WatchResponse { Events = { new Event { Kv = large } } }.ToByteArray()).Events.Single().Kv;

        Assert.Equal([list.Kvs[0], list.Kvs[2]], [read.Kvs[0], read.Kvs[2]]);
        Assert.Equal(list.CalculateSize(), read.CalculateSize());
        Assert.All([read.Kvs[1], change], kv =>
        {
            Assert.Equal(large.Value.Length, kv.Value.Length);
            Assert.Equal(("/large", 5, 6, 2, 9), (kv.Key.ToStringUtf8(), kv.CreateRevision, kv.ModRevision, kv.Version, kv.Lease));
            Assert.DoesNotContain(kv.Value, part => part != 0);
        });
    }

    [Fact]
    public void An_answer_that_ends_too_soon_is_refused()
    {
        var bytes = List.ToByteArray();

        foreach (var length in new[] { 1, 5, 20, 1000, bytes.Length - 1 })
            Assert.Throws<InvalidDataException>(() => LeanAnswers.ReadList(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Fields_that_are_not_known_are_passed_over()
    {
        // Number 20 as a number, eight bytes, a text and four bytes, and a group, which no answer has.
        byte[] unknown = [0xa0, 1, 0x80, 1, 0xa1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0xa2, 1, 1, 65, 0xa5, 1, 1, 2, 3, 4];

        Assert.Equal(3, LeanAnswers.ReadList([.. List.ToByteArray(), .. unknown]).Kvs.Count);
        Assert.Throws<InvalidDataException>(() => LeanAnswers.ReadList([0xa3, 1]));
        Assert.Throws<InvalidDataException>(() => LeanAnswers.ReadList([.. Enumerable.Repeat((byte)0xff, 20)]));
    }

    private static KeyValue Pair(string key, int size) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        Value = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, size)]),
        CreateRevision = 5,
        ModRevision = 6,
        Version = 2,
        Lease = 9,
    };
}
