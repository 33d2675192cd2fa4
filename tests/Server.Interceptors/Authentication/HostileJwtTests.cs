using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Interceptors.Server.Tests;

/// <summary>Tokens that are odd though their signature is good, besides those that nobody signed.</summary>
public sealed class HostileJwtTests(HostileServer.OfJwts server) : IClassFixture<HostileServer.OfJwts>
{
    private const string Ok = "0";
    private const string Unauthenticated = "16";
    private const string Header = """{"alg":"RS256"}""";

    public static TheoryData<string, string, string, string> OddTokens => new()
    {
        { "one that is good", Ok, Header, TokenIssuer.Claims() },
        { "an empty header", Unauthenticated, "{}", TokenIssuer.Claims() },
        { "no header", Unauthenticated, "", TokenIssuer.Claims() },
        { "a header of null", Unauthenticated, "null", TokenIssuer.Claims() },
        { "a header in a list", Unauthenticated, $"[{Header}]", TokenIssuer.Claims() },
        { "a header cut off", Unauthenticated, """{"alg":"RS256" """, TokenIssuer.Claims() },
        { "a header with an algorithm that is a number", Unauthenticated, """{"alg":256}""", TokenIssuer.Claims() },
        { "a header with an algorithm that is null", Unauthenticated, """{"alg":null}""", TokenIssuer.Claims() },
        { "a header with an algorithm that is a list", Unauthenticated, """{"alg":["RS256"]}""", TokenIssuer.Claims() },
        { "an algorithm in small letters", Unauthenticated, """{"alg":"rs256"}""", TokenIssuer.Claims() },
        { "an algorithm of another family", Unauthenticated, """{"alg":"PS256"}""", TokenIssuer.Claims() },
        { "an encrypted token's algorithm", Unauthenticated, """{"alg":"RSA-OAEP","enc":"A128GCM"}""", TokenIssuer.Claims() },
        { "a deep header", Unauthenticated, $$"""{"alg":"RS256","x":{{Nested(500)}}}""", TokenIssuer.Claims() },
        { "a key id that is a path", Ok, TokenIssuer.Header("../../../../../../etc/passwd"), TokenIssuer.Claims() },
        { "a key id that is SQL", Ok, TokenIssuer.Header("x' UNION SELECT 'secret' --"), TokenIssuer.Claims() },
        { "a key id that is a command", Ok, TokenIssuer.Header("|/bin/sh -c 'id'"), TokenIssuer.Claims() },
        { "a key id with a line break", Ok, TokenIssuer.Header("key-1\r\nset-cookie: x=1"), TokenIssuer.Claims() },
        { "a long key id", Ok, TokenIssuer.Header(new string('k', 4000)), TokenIssuer.Claims() },
        { "a key id that is a number", Unauthenticated, """{"alg":"RS256","kid":7}""", TokenIssuer.Claims() },
        { "a key of its own, by address", Ok, """{"alg":"RS256","jku":"http://127.0.0.1:1/keys","x5u":"http://127.0.0.1:1/cert"}""",
            TokenIssuer.Claims() },
        { "an extension that must be understood", Unauthenticated, """{"alg":"RS256","crit":["exp"]}""", TokenIssuer.Claims() },
        { "an empty list of such extensions", Unauthenticated, """{"alg":"RS256","crit":[]}""", TokenIssuer.Claims() },
        { "no claims", Unauthenticated, Header, "" },
        { "empty claims", Unauthenticated, Header, "{}" },
        { "claims that are null", Unauthenticated, Header, "null" },
        { "claims that are a number", Unauthenticated, Header, "42" },
        { "claims that are text", Unauthenticated, Header, "\"alice\"" },
        { "claims cut off", Unauthenticated, Header, TokenIssuer.Claims()[..^1] },
        { "claims with something behind", Ok, Header, TokenIssuer.Claims() + "{}" },
        { "deep claims", Unauthenticated, Header, TokenIssuer.Claims($",\"x\":{Nested(500)}") },
        { "many claims", Ok, Header, TokenIssuer.Claims(string.Concat(Enumerable.Range(0, 500).Select(i => $",\"c{i}\":{i}"))) },
        { "many roles", Ok, Header, TokenIssuer.Claims($",\"roles\":[{string.Join(',', Enumerable.Range(0, 1000))}]") },
        { "roles in roles", Ok, Header, TokenIssuer.Claims(",\"roles\":[[\"admin\"],{\"a\":1},null,7,true]") },
        { "an issuer twice, the last one bad", Unauthenticated, Header, TokenIssuer.Claims(",\"iss\":\"https://other.test\"") },
        { "an audience twice, the last one bad", Unauthenticated, Header, TokenIssuer.Claims(",\"aud\":\"billing\"") },
        { "an end twice, the last one past", Unauthenticated, Header, TokenIssuer.Claims(",\"exp\":1000000000") },
        { "an issuer that is a list", Unauthenticated, Header, Swapped("iss", "[\"https://issuer.test\"]") },
        { "an issuer that is null", Unauthenticated, Header, Swapped("iss", "null") },
        { "an audience that is an object", Unauthenticated, Header, Swapped("aud", "{\"orders\":true}") },
        { "an audience that is a number", Unauthenticated, Header, Swapped("aud", "7") },
        { "an end that is text", Unauthenticated, Header, Swapped("exp", "\"tomorrow\"") },
        { "an end that is negative", Unauthenticated, Header, Swapped("exp", "-1") },
        { "an end that is null", Unauthenticated, Header, Swapped("exp", "null") },
        { "an end that is zero", Unauthenticated, Header, Swapped("exp", "0") },
        { "an end beyond all calendars", Ok, Header, Swapped("exp", "99999999999999") },
        { "an end with an exponent", Ok, Header, Swapped("exp", "4e9") },
        { "an end beyond all numbers", Unauthenticated, Header, Swapped("exp", "1e999") },
        { "a beginning beyond all calendars", Unauthenticated, Header, TokenIssuer.Claims(",\"nbf\":99999999999999") },
        { "a subject that is an object", Unauthenticated, Header, Swapped("sub", "{\"a\":{\"b\":1}}") },
        { "a subject with a null character", Ok, Header, Swapped("sub", "\"a\\u0000b\"") },
        { "a subject that is half a character", Unauthenticated, Header, Swapped("sub", "\"\\ud800\"") },
    };

    public static TheoryData<string, string> ForgedTokens => new()
    {
        { "no parts", "." },
        { "four empty parts", "..." },
        { "five empty parts", "...." },
        { "an encrypted token of nothing", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA" },
        { "parts that are not in base64url", "a+b/c.d+e/f.g+h/i" },
        { "parts with padding", "eyJhbGciOiJSUzI1NiJ9==.e30==.AAAA==" },
        { "invalid UTF-8", $"{Encoded([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])}.{Encoded([0xc0, 0x80])}.AAAA" },
        { "zeros", $"{Encoded(new byte[64])}.{Encoded(new byte[64])}.{Encoded(new byte[64])}" },
        { "a large one", $"{TokenIssuer.Encoded(Header)}.{new string('A', 16_000)}.AAAA" },
        { "many parts", string.Join('.', Enumerable.Repeat("e30", 4000)) },
        { "no signature", $"{TokenIssuer.Encoded(Header)}.{TokenIssuer.Encoded(TokenIssuer.Claims())}." },
        { "a signature of zeros", $"{TokenIssuer.Encoded(Header)}.{TokenIssuer.Encoded(TokenIssuer.Claims())}.{Encoded(new byte[256])}" },
        { "a short signature", $"{TokenIssuer.Encoded(Header)}.{TokenIssuer.Encoded(TokenIssuer.Claims())}.AA" },
    };

    [Theory]
    [MemberData(nameof(OddTokens))]
    public Task An_odd_token_is_taken_or_refused_as_it_should_be(string about, string status, string header, string claims)
    {
        Assert.NotEmpty(about);
        return server.AssertAnsweredAsync(status, "Bearer " + server.Issuer.Sign(header, claims));
    }

    [Theory]
    [MemberData(nameof(ForgedTokens))]
    public Task What_nobody_signed_is_refused(string about, string token)
    {
        Assert.NotEmpty(about);
        return server.AssertAnsweredAsync(Unauthenticated, "Bearer " + token);
    }

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private static string Encoded(byte[] bytes) => Base64UrlEncoder.Encode(bytes);

    /// <summary>Good claims, with another value for one of them.</summary>
    private static string Swapped(string claim, string value)
    {
        var claims = new StringBuilder("{");
        foreach (var (name, good) in new[]
                 {
                     ("iss", $"\"{TokenIssuer.Name}\""), ("aud", $"\"{TokenIssuer.Audience}\""), ("sub", "\"alice\""),
                     ("exp", "4000000000"),
                 })
        {
            claims.Append(claims.Length > 1 ? "," : "").Append('"').Append(name).Append("\":").Append(name == claim ? value : good);
        }
        return claims.Append('}').ToString();
    }
}
