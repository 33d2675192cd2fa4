using System.Collections;

namespace Interceptors.Testing;

/// <summary>Theory data: every kind of call with every end that it can have.</summary>
public sealed class CallMatrix : IEnumerable<object[]>
{
    public IEnumerator<object[]> GetEnumerator() => CallDriver.All.Select(pair => new object[] { pair.Kind, pair.End }).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
