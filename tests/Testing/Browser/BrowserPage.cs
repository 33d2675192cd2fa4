using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interceptors.Testing;

/// <summary>A page of a browser, driven over the DevTools protocol.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _asked = new();
    private Task _reading = Task.CompletedTask;
    private int _lastId;

    private BrowserPage()
    {
    }

    /// <summary>What the page has complained of: exceptions, and what its policy or the network refused.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<BrowserPage> ConnectAsync(Uri address)
    {
        var page = new BrowserPage();
        await page._socket.ConnectAsync(address, CancellationToken.None);
        page._reading = Task.Run(page.ReadAsync);
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network" })
            await page.SendAsync($"{domain}.enable");
        return page;
    }

    public Task GoToAsync(Uri address) => SendAsync("Page.navigate", new JsonObject { ["url"] = address.ToString() });

    /// <summary>The value of an expression of JavaScript, as JSON.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await SendAsync(
            "Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        if (answer.TryGetProperty("exceptionDetails", out var problem))
            throw new InvalidOperationException($"{expression}: {problem}");
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>Waits until an expression of JavaScript is true.</summary>
    public async Task UntilAsync(string expression)
    {
        var until = DateTime.UtcNow + Bound;
        while (!await IsTrueAsync(expression))
        {
            if (DateTime.UtcNow > until)
                throw new TimeoutException(
                    $"It never was that {expression}. Complaints: {string.Join("; ", Complaints)}. The page shows: "
                    + await EvaluateAsync("document.body ? document.body.innerText : ''"));
            await Task.Delay(30);
        }
    }

    /// <summary>While a page is being loaded there may be nothing to ask.</summary>
    private async Task<bool> IsTrueAsync(string expression)
    {
        try
        {
            return (await EvaluateAsync($"Boolean({expression})")).ValueKind == JsonValueKind.True;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Looks like a window of this size, light or dark.</summary>
    public async Task LookAsync(int width, int height, bool isDark, double scale = 1)
    {
        await SendAsync("Emulation.setDeviceMetricsOverride", new JsonObject
        {
            ["width"] = width,
            ["height"] = height,
            ["deviceScaleFactor"] = scale,
            ["mobile"] = width < 600,
        });
        await SendAsync("Emulation.setEmulatedMedia", new JsonObject
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }),
        });
    }

    /// <summary>A picture of what is seen, as PNG.</summary>
    public async Task<byte[]> CaptureAsync() =>
        (await SendAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png" })).GetProperty("data").GetBytesFromBase64();

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _writing.Dispose();
    }

    private async Task<JsonElement> SendAsync(string method, JsonObject? parameters = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = _asked[id] = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        await _writing.WaitAsync();
        try
        {
            await _socket.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }

        return await answer.Task.WaitAsync(Bound);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            message.Write(buffer, 0, received.Count);
            if (!received.EndOfMessage)
                continue;
            OnMessage(JsonDocument.Parse(message.ToArray()).RootElement);
            message.SetLength(0);
        }
    }

    private void OnMessage(JsonElement message)
    {
        if (message.TryGetProperty("id", out var id) && _asked.TryRemove(id.GetInt32(), out var asked))
        {
            if (message.TryGetProperty("error", out var error))
                asked.SetException(new InvalidOperationException(error.ToString()));
            else
                asked.SetResult(message.GetProperty("result"));
            return;
        }

        if (!message.TryGetProperty("method", out var method))
            return;
        if (method.GetString() == "Runtime.exceptionThrown")
            Complaints.Enqueue(message.GetProperty("params").ToString());
        else if (method.GetString() == "Log.entryAdded"
            && message.GetProperty("params").GetProperty("entry") is var entry && entry.GetProperty("level").GetString() == "error")
            Complaints.Enqueue(entry.ToString());
    }
}
