using System.Collections;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

/// <summary>Theory data: every kind of call with every end, off and on.</summary>
public sealed class OffAndOnMatrix : IEnumerable<object[]>
{
    public IEnumerator<object[]> GetEnumerator()
    {
        foreach (var pair in new CallMatrix())
        {
            yield return [.. pair, false];
            yield return [.. pair, true];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
