using Interceptors.Testing;

namespace Interceptors.Discovery.AspNetCore.Tests;

/// <summary>The pictures of the documentation. <c>PAGE_PICTURES=1</c> takes them anew.</summary>
internal static class Pictures
{
    public static async Task SaveAsync(BrowserPage page, string name)
    {
        var picture = await page.CaptureAsync();
        Assert.NotEmpty(picture);
        if (Environment.GetEnvironmentVariable("PAGE_PICTURES") == "1")
            await File.WriteAllBytesAsync(Repository.PathOf("docs", "page", $"{name}.png"), picture);
    }
}
