using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Interceptors;

/// <summary>
/// Tells that a section has changed. The token of a section fires at any change of the whole configuration; this one only if something
/// in the section differs, so that nothing is rebuilt without need.
/// </summary>
internal sealed class SectionChangeTokenSource<TOptions> : IOptionsChangeTokenSource<TOptions>, IDisposable
{
    private readonly Lock _comparing = new();
    private readonly IConfiguration _section;
    private readonly IDisposable _subscription;
    private List<KeyValuePair<string, string?>> _seen;
    private ConfigurationReloadToken _token = new();

    public SectionChangeTokenSource(string name, IConfiguration section)
    {
        Name = name;
        _section = section;
        _seen = Read();
        _subscription = ChangeToken.OnChange(section.GetReloadToken, OnReload);
    }

    public string Name { get; }

    public IChangeToken GetChangeToken() => Volatile.Read(ref _token);

    public void Dispose() => _subscription.Dispose();

    private void OnReload()
    {
        lock (_comparing)
        {
            var now = Read();
            if (now.SequenceEqual(_seen))
                return;
            _seen = now;
        }

        Interlocked.Exchange(ref _token, new ConfigurationReloadToken()).OnReload();
    }

    private List<KeyValuePair<string, string?>> Read() => [.. _section.AsEnumerable(makePathsRelative: true)];
}
