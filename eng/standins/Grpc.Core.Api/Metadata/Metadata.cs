using System.Collections;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Headers or trailers of a call: a list of entries in which a key may occur more than once.</summary>
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>Ends the keys of binary values.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No entries; read-only.</summary>
    public static readonly Metadata Empty = new Metadata().Freeze();

    /// <summary>Asks the transport to compress a request with the algorithm that is its value.</summary>
    internal const string CompressionRequestAlgorithmMetadataKey = "grpc-internal-encoding-request";

    private readonly List<Entry> _entries = [];
    private bool _frozen;

    /// <summary>Metadata without entries.</summary>
    public Metadata()
    {
    }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public bool IsReadOnly => _frozen;

    /// <inheritdoc/>
    public Entry this[int index]
    {
        get => _entries[index];
        set => Writable()[index] = GrpcPreconditions.CheckNotNull(value, nameof(value));
    }

    /// <summary>The last entry of the key, in whatever case; null if there is none.</summary>
    public Entry? Get(string key) => _entries.FindLast(entry => entry.KeyEqualsIgnoreCase(key));

    /// <summary>The text of the key's last entry; null if there is none.</summary>
    /// <exception cref="InvalidOperationException">The entry is binary.</exception>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The bytes of the key's last entry; null if there is none.</summary>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>Every entry of the key, in the order in which they were added.</summary>
    public IEnumerable<Entry> GetAll(string key)
    {
        foreach (var entry in _entries)
        {
            if (entry.KeyEqualsIgnoreCase(key))
            {
                yield return entry;
            }
        }
    }

    /// <summary>Adds text.</summary>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds a binary value.</summary>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <inheritdoc/>
    public void Add(Entry item) => Writable().Add(GrpcPreconditions.CheckNotNull(item, nameof(item)));

    /// <inheritdoc/>
    public void Insert(int index, Entry item) => Writable().Insert(index, GrpcPreconditions.CheckNotNull(item, nameof(item)));

    /// <inheritdoc/>
    public bool Remove(Entry item) => Writable().Remove(item);

    /// <inheritdoc/>
    public void RemoveAt(int index) => Writable().RemoveAt(index);

    /// <inheritdoc/>
    public void Clear() => Writable().Clear();

    /// <inheritdoc/>
    public int IndexOf(Entry item) => _entries.IndexOf(item);

    /// <inheritdoc/>
    public bool Contains(Entry item) => _entries.Contains(item);

    /// <inheritdoc/>
    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Makes this instance read-only for good.</summary>
    internal Metadata Freeze()
    {
        _frozen = true;
        return this;
    }

    private List<Entry> Writable() => _frozen ? throw new InvalidOperationException("Object is read only") : _entries;
}
