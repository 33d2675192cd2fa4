using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

/// <summary>ASP.NET Core's own: policies, several schemes, and a refusal before the request is read.</summary>
internal static class JwtBearerAuthentication
{
    public const string Policy = "greeters";

    public static void AddJwtBearerAuthentication(this IServiceCollection services)
    {
        // An example's issuer: with a real one, set Authority and Audience instead, and the keys are fetched from there.
        var key = new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32));
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = "https://issuer.example",
                ValidAudience = "greeter",
                ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
                IssuerSigningKey = key,
                NameClaimType = JwtRegisteredClaimNames.Sub,
            };
        });
        services.AddAuthorization(options => options.AddPolicy(Policy, policy => policy.RequireClaim("scope", "greet")));

        Console.WriteLine("A token for trying, good for an hour: " + new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "https://issuer.example",
            Audience = "greeter",
            Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = "alice", ["scope"] = "greet" },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        }));
    }
}
