using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Interceptors.Server.Tests;

/// <summary>Issues JSON Web Tokens, good ones and others.</summary>
internal sealed class TokenIssuer(string keyId = "key-1")
{
    public const string Name = "https://issuer.test";
    public const string Audience = "orders";

    // Making one takes a while.
    private static readonly ConcurrentDictionary<string, RSA> Keys = new();

    private readonly RSA _rsa = Keys.GetOrAdd(keyId, static _ => RSA.Create(2048));

    public RsaSecurityKey Key => new(_rsa) { KeyId = keyId };

    /// <summary>What everybody knows.</summary>
    public RsaSecurityKey PublicKey => new(_rsa.ExportParameters(includePrivateParameters: false)) { KeyId = keyId };

    public byte[] PublicPem => Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem());

    public JwtOptions Options() => new()
    {
        Issuers = { Name },
        Audiences = { Audience },
        Algorithms = { SecurityAlgorithms.RsaSha256 },
        SigningKeys = { PublicKey },
    };

    public string Issue(Action<SecurityTokenDescriptor>? change = null)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = Audience,
            IssuedAt = DateTime.UtcNow.AddMinutes(-5),
            NotBefore = DateTime.UtcNow.AddMinutes(-5),
            Expires = DateTime.UtcNow.AddMinutes(5),
            Claims = new Dictionary<string, object> { ["sub"] = "alice", ["roles"] = new[] { "admin", "reader" } },
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>Signs whatever text is given as header and claims.</summary>
    public string Sign(string header, string claims)
    {
        var text = $"{Encoded(header)}.{Encoded(claims)}";
        var signature = _rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64UrlEncoder.Encode(signature)}";
    }

    /// <summary>Good claims, as text.</summary>
    public static string Claims(string more = "")
    {
        var end = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds();
        return $$"""{"iss":"{{Name}}","aud":"{{Audience}}","sub":"alice","exp":{{end}}{{more}}}""";
    }

    public static string Header(string kid) => $$"""{"alg":"RS256","typ":"JWT","kid":{{JsonSerializer.Serialize(kid)}}}""";

    public static string Encoded(string text) => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(text));
}
