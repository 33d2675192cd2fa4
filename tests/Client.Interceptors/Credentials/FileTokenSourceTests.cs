using System.Text;
using Interceptors.Testing;

namespace Interceptors.Client.Tests;

public sealed class FileTokenSourceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly ManualTime _time = new();
    private readonly LogCapture _logs = new();
    private int _written;

    private string Token => Path.Combine(_folder.FullName, "token");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _logs.Dispose();
    }

    [Fact]
    public async Task A_renewed_file_is_noticed_after_the_interval()
    {
        Write("first\n");
        var source = Source();
        Assert.Equal("first", await Get(source));

        Write("second");
        Assert.Equal("first", await Get(source));
        _time.Advance(TimeSpan.FromSeconds(10));

        await Eventually.True(() => Current(source) == "second", "the new token is read");
    }

    [Fact]
    public async Task Also_when_it_is_renewed_as_kubernetes_does_by_pointing_a_link_elsewhere()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "a"), "first");
        File.WriteAllText(Path.Combine(_folder.FullName, "b"), "other");
        File.CreateSymbolicLink(Token, Path.Combine(_folder.FullName, "a"));
        File.SetLastWriteTimeUtc(Path.Combine(_folder.FullName, "b"), DateTime.UtcNow.AddHours(1));
        var source = Source();
        Assert.Equal("first", await Get(source));

        File.Delete(Token);
        File.CreateSymbolicLink(Token, Path.Combine(_folder.FullName, "b"));
        _time.Advance(TimeSpan.FromSeconds(10));

        await Eventually.True(() => Current(source) == "other", "the new token is read");
    }

    [Fact]
    public async Task The_last_good_token_is_kept_until_it_ends_by_its_exp()
    {
        var token = Jwt(_time.GetUtcNow().AddMinutes(30));
        Write(token);
        var source = Source();
        Assert.Equal(_time.GetUtcNow().AddMinutes(30), (await source.GetTokenAsync(default, default)).ExpiresAt);

        File.Delete(Token);
        _time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(token, await Get(source));
        await Eventually.True(() => _logs.Named("TokenFetchFailed").Count == 1, "the failure is logged");
        Assert.Equal(token, await Get(source));

        _time.Advance(TimeSpan.FromMinutes(1));
        var error = await Assert.ThrowsAsync<TokenUnavailableException>(() => Get(source));
        Assert.Contains(Token, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_no_JWT_is_kept_for_the_maximum_age()
    {
        Write("opaque");
        var source = Source();
        await Get(source);

        File.Delete(Token);
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("opaque", await Get(source));
        _time.Advance(TimeSpan.FromMinutes(1));

        await Assert.ThrowsAsync<TokenUnavailableException>(() => Get(source));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public async Task What_is_no_token_is_refused_without_quoting_it(string text)
    {
        Write(text);

        var error = await Assert.ThrowsAsync<TokenUnavailableException>(() => Get(Source()));

        Assert.Contains("is empty or holds no bearer token", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("two words", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_JWT_that_has_ended_is_not_given()
    {
        Write(Jwt(_time.GetUtcNow()));

        var error = await Assert.ThrowsAsync<TokenUnavailableException>(() => Get(Source()));

        Assert.Contains("has ended already", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("a.++.c")]
    [InlineData("a.e30.c")]
    [InlineData("a.W10.c")]
    [InlineData("a.eyJleHAiOiJ4In0.c")]
    [InlineData("a.eyJleHAiOjFlOTl9.c")]
    public void What_only_looks_like_a_JWT_has_no_exp(string token) => Assert.Null(JsonExpiry(token));

    [Fact]
    public void Wrong_options_are_refused_by_name()
    {
        var interval = Assert.Throws<ArgumentException>(
            () => TokenSources.File(Token, new FileTokenOptions { RereadInterval = TimeSpan.Zero }));
        var age = Assert.Throws<ArgumentException>(
            () => TokenSources.File(Token, new FileTokenOptions { MaxAge = TimeSpan.FromSeconds(1) }));

        Assert.Contains("FileTokenOptions.RereadInterval", interval.Message, StringComparison.Ordinal);
        Assert.Contains("FileTokenOptions.MaxAge", age.Message, StringComparison.Ordinal);
    }

    private DateTimeOffset? JsonExpiry(string token)
    {
        Write(token);
        var expiry = Source().GetTokenAsync(default, default).AsTask().GetAwaiter().GetResult().ExpiresAt;
        return expiry;
    }

    private void Write(string text)
    {
        File.WriteAllText(Token, text);
        // Two writes within a tick of the file system's clock would look like one.
        File.SetLastWriteTimeUtc(Token, DateTime.UtcNow.AddSeconds(++_written));
    }

    private ITokenSource Source() => TokenSources.File(Token, null, _logs.CreateLogger("tokens"), _time);

    private static async Task<string> Get(ITokenSource source) => (await source.GetTokenAsync(default, default)).Value;

    /// <summary>The token that there is without waiting.</summary>
    private static string? Current(ITokenSource source) =>
        source.GetTokenAsync(default, default).AsTask() is { IsCompletedSuccessfully: true } token ? token.Result.Value : null;

    private static string Jwt(DateTimeOffset exp) =>
        $"e30.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"exp":{{exp.ToUnixTimeSeconds()}}}"""))}.c2ln";
}
