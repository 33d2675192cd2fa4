using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Interceptors.Testing;

/// <summary>A headless Chromium of this machine, as an assembly's or a class's fixture. Its pages share nothing but the process.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly Uri _address;

    private Chromium(Process process, DirectoryInfo profile, Uri address) => (_process, _profile, _address) = (process, profile, address);

    public static async Task<Chromium> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("chromium-");
        var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("CHROMIUM_BIN") ?? "chromium",
            [
                // The tests run as root in containers, where Chromium's sandbox can't work; only the tests' own pages are opened.
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", "about:blank",
            ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            var address = await ReadAddressAsync(process).WaitAsync(Bound);
            _ = process.StandardError.ReadToEndAsync();
            return new Chromium(process, profile, address);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Opens an empty page.</summary>
    public async Task<BrowserPage> OpenAsync()
    {
        using var http = new HttpClient { BaseAddress = _address };
        using var response = await http.PutAsync(new Uri("/json/new?about:blank", UriKind.Relative), content: null);
        var target = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return await BrowserPage.ConnectAsync(new Uri(target.GetProperty("webSocketDebuggerUrl").GetString()!));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        // Its children may still be writing for a moment.
        await Eventually.True(TryDelete, "the browser's profile can be removed");
    }

    private bool TryDelete()
    {
        try
        {
            _profile.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<Uri> ReadAddressAsync(Process process)
    {
        const string Start = "DevTools listening on ";
        List<string> lines = [];
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.StartsWith(Start, StringComparison.Ordinal))
                return new Uri("http://" + new Uri(line[Start.Length..]).Authority);
        }

        throw new InvalidOperationException($"Chromium did not start: {string.Join('\n', lines)}");
    }
}
