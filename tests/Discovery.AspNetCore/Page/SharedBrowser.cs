using Interceptors.Testing;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>One browser for the tests of a class.</summary>
public sealed class SharedBrowser : IAsyncLifetime
{
    private Chromium? _chromium;

    public Task<BrowserPage> OpenAsync() => _chromium!.OpenAsync();

    public async ValueTask InitializeAsync() => _chromium = await Chromium.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
    }
}
