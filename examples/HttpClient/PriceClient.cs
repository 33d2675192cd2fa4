namespace PlainHttp;

/// <summary>A typed client, as IHttpClientFactory makes them.</summary>
internal sealed class PriceClient(HttpClient http)
{
    public async Task<Price?> AskAsync(string item, CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync<Price>($"/prices/{Uri.EscapeDataString(item)}", cancellationToken);
}

internal sealed record Price(string Item, int Cents, string From);
