using System.Security.Cryptography;
using System.Text;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>The page: one HTML document, whose policy allows its own script and style and nothing else.</summary>
internal sealed class PageDocument
{
    private PageDocument(byte[] html, string policy) => (Html, ContentSecurityPolicy) = (html, policy);

    public static PageDocument Instance { get; } = Load();

    public byte[] Html { get; }

    public string ContentSecurityPolicy { get; }

    private static PageDocument Load()
    {
        using var stream = typeof(PageDocument).Assembly.GetManifestResourceStream("discovery.html")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // A browser reads any line end as \n before it computes a hash.
        var html = reader.ReadToEnd().ReplaceLineEndings("\n");
        return new PageDocument(
            Encoding.UTF8.GetBytes(html),
            $"default-src 'none'; script-src {HashOf(html, "script")}; style-src {HashOf(html, "style")}; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    }

    private static string HashOf(string html, string element)
    {
        var start = html.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var end = html.IndexOf($"</{element}>", start, StringComparison.Ordinal);
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(html[start..end])))}'";
    }
}
