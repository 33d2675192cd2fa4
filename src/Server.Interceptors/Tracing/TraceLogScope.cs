using System.Collections;

namespace Interceptors.Server;

/// <summary>
/// The log scope of a call: one property, named like the metadata key. A struct, so that it costs nothing where no logger keeps it.
/// </summary>
internal readonly struct TraceLogScope(string key, string traceId) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 1;

    public KeyValuePair<string, object?> this[int index] =>
        index == 0 ? new(key, traceId) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{key}:{traceId}";
}
