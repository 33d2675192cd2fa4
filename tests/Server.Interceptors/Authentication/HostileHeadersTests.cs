namespace Interceptors.Server.Tests;

public sealed class HostileHeadersTests(HostileServer.OfStaticTokens server) : IClassFixture<HostileServer.OfStaticTokens>
{
    private const string Unauthenticated = "16";
    private const string Token = "a-good-token-for-the-battery";

    /// <summary>Each with what its row is about; several values are several headers.</summary>
    public static TheoryData<string, string[]> Values => new()
    {
        { "nothing", [] },
        { "empty", [""] },
        { "a space", [" "] },
        { "tabs", ["\t\t"] },
        { "scheme only", ["Bearer"] },
        { "scheme and a space", ["Bearer "] },
        { "scheme and tabs", ["Bearer \t \t"] },
        { "scheme and a tab before the token", ["Bearer\t" + Token] },
        { "scheme glued to the token", ["Bearer" + Token] },
        { "scheme with a colon", ["Bearer: " + Token] },
        { "scheme with an equals sign", ["Bearer=" + Token] },
        { "scheme twice", ["Bearer Bearer " + Token] },
        { "scheme in quotation marks", ["\"Bearer\" " + Token] },
        { "token only", [Token] },
        { "another token", ["Bearer another-token-altogether"] },
        { "token and one more character", ["Bearer " + Token + "x"] },
        { "token less one character", ["Bearer " + Token[..^1]] },
        { "token in upper case", ["Bearer " + Token.ToUpperInvariant()] },
        { "token in quotation marks", ["Bearer \"" + Token + "\""] },
        { "token and padding", ["Bearer " + Token + "=="] },
        { "padding only", ["Bearer ===="] },
        { "padding first", ["Bearer ==" + Token] },
        { "padding within", ["Bearer a=b=c-not-the-token"] },
        { "token in angle brackets", ["Bearer <" + Token + ">"] },
        { "token as a parameter", ["Bearer token=\"" + Token + "\""] },
        { "token and a parameter", ["Bearer " + Token + " realm=x"] },
        { "token with a semicolon", ["Bearer " + Token + ";"] },
        { "token twice", ["Bearer " + Token + " " + Token] },
        { "two joined", ["Bearer " + Token + ", Bearer " + Token] },
        { "two joined without a space", ["Bearer " + Token + ",Bearer " + Token] },
        { "a comma after", ["Bearer " + Token + ","] },
        { "a comma before", [", Bearer " + Token] },
        { "a comma only", [","] },
        { "basic joined with bearer", ["Basic YTpi, Bearer " + Token] },
        { "bearer joined with basic", ["Bearer " + Token + ", Basic YTpi"] },
        { "the same header twice", ["Bearer " + Token, "Bearer " + Token] },
        { "a bad and a good header", ["Bearer another-token-altogether", "Bearer " + Token] },
        { "a good and a bad header", ["Bearer " + Token, "Bearer another-token-altogether"] },
        { "a good and an empty header", ["Bearer " + Token, ""] },
        { "basic and bearer headers", ["Basic YTpi", "Bearer " + Token] },
        { "twenty headers", [.. Enumerable.Repeat("Bearer " + Token, 20)] },
        { "basic", ["Basic dXNlcjpwYXNzd29yZC1vZi1hLXVzZXI="] },
        { "digest", ["Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"0123456789abcdef\""] },
        { "negotiate", ["Negotiate YIIZNwYGKwYBBQUCoIIZ"] },
        { "a scheme of another length", ["Bearers " + Token] },
        { "a scheme that begins alike", ["Bear " + Token] },
        { "a scheme with a look-alike letter", ["Bеarer " + Token] },
        { "a Turkish capital", ["BEARERİ " + Token] },
        { "a no-break space", ["Bearer\u00a0" + Token] },
        { "an ideographic space", ["Bearer\u3000" + Token] },
        { "letters with accents", ["Bearer tökén-mit-ümläuten"] },
        { "emoji", ["Bearer 🔑🔑🔑🔑🔑🔑🔑🔑"] },
        { "full-width letters", ["Bearer ｇｏｏｄ－ｔｏｋｅｎ"] },
        { "a right-to-left mark", ["Bearer \u202e" + Token] },
        { "a byte order mark", ["\ufeffBearer " + Token] },
        { "percent signs", ["Bearer %61%2dgood%2dtoken%00"] },
        { "an encoded line break", ["Bearer abc%0d%0aset-cookie:x=1"] },
        { "a format string", ["Bearer {0}{1:x}{Method}%s%n"] },
        { "a lookup", ["Bearer ${jndi:ldap://127.0.0.1/a}"] },
        { "a quotation mark in SQL", ["Bearer ' OR '1'='1"] },
        { "a path", ["Bearer ../../../../etc/passwd"] },
        { "markup", ["Bearer <script>alert(1)</script>"] },
        { "backslashes", ["Bearer \\\\host\\share\\file"] },
        { "a control character", ["Bearer " + Token + "\u0001"] },
        { "the delete character", ["Bearer " + Token + "\u007f"] },
        { "its own hash", ["Bearer sha256:0000000000000000000000000000000000000000000000000000000000000000"] },
        { "a long run of spaces", ["Bearer " + new string(' ', 10_000) + "x"] },
        { "a long scheme", [new string('B', 10_000) + " " + Token] },
        { "a long token within the bound", ["Bearer " + new string('a', 16_384)] },
        { "a long token beyond the bound", ["Bearer " + new string('a', 16_385)] },
        { "a longer one", ["Bearer " + new string('a', 30_000)] },
        { "many commas", ["Bearer " + new string(',', 10_000)] },
        { "many dots", ["Bearer " + new string('.', 10_000)] },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public Task Each_is_refused_the_server_lives_on_and_tells_nothing(string about, string[] values)
    {
        Assert.NotEmpty(about);
        return server.AssertAnsweredAsync(Unauthenticated, values);
    }

    [Fact]
    public Task What_exceeds_the_transports_own_bound_never_gets_here() =>
        server.AssertAnsweredAsync(expectedStatus: null, "Bearer " + new string('a', 100_000));
}
