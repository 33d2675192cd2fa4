using System.CommandLine;
using System.Text.RegularExpressions;

namespace Interceptors.Discovery.Tool;

/// <summary>The options that all commands share: how etcd is reached, and whether the output is JSON.</summary>
internal sealed partial class ConnectionOptions
{
    public const string Text = """
        The password is never an argument, which every user of the machine could read: give --password-file, or
        the variable DISCOVERY_PASSWORD. DISCOVERY_ENDPOINTS and DISCOVERY_USER stand for --endpoints and --user.
        """;

    private const string DefaultEndpoint = "http://127.0.0.1:2379";

    private readonly Option<string> _endpoints = Shared<string>("--endpoints",
        $"The members' client addresses, separated by commas. Default: $DISCOVERY_ENDPOINTS, else {DefaultEndpoint}");

    private readonly Option<string> _prefix = Shared<string>("--prefix",
        "The prefix of the keys of all services; ends with a slash. Default: /project/service/, or the prefix of --format");

    private readonly Option<EndpointFormat> _format = Shared<EndpointFormat>("--format", "The format of the values in etcd");
    private readonly Option<string> _user = Shared<string>("--user", "The user, if etcd has authentication on. Default: $DISCOVERY_USER");
    private readonly Option<string> _passwordFile = Shared<string>("--password-file", "A file that holds the user's password");
    private readonly Option<string> _ca = Shared<string>("--ca", "The authorities to trust (PEM). Default: the system's");
    private readonly Option<string> _certificate = Shared<string>("--cert", "The certificate to show (PEM), for mutual TLS");
    private readonly Option<string> _key = Shared<string>("--key", "Its private key (PEM, not encrypted)");
    private readonly Option<bool> _json = Shared<bool>("--json", "Write JSON, one object a line");

    public void AddTo(RootCommand root)
    {
        foreach (var option in new Option[] { _endpoints, _prefix, _format, _user, _passwordFile, _ca, _certificate, _key, _json })
            root.Options.Add(option);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public EtcdOptions Read(ParseResult parsed)
    {
        var options = new EtcdOptions
        {
            Format = parsed.GetValue(_format),
            Username = parsed.GetValue(_user) ?? Variable("DISCOVERY_USER"),
            PasswordFile = parsed.GetValue(_passwordFile),
        };
        // The file is the more particular one: it is said for this run.
        options.Password = options.PasswordFile is null ? Variable("DISCOVERY_PASSWORD") : null;
        options.Prefix = parsed.GetValue(_prefix) ?? options.Prefix;
        options.AddEndpoints(parsed.GetValue(_endpoints) ?? Variable("DISCOVERY_ENDPOINTS") ?? DefaultEndpoint);
        (options.Tls.CaFile, options.Tls.CertificateFile, options.Tls.KeyFile) =
            (parsed.GetValue(_ca), parsed.GetValue(_certificate), parsed.GetValue(_key));
        return options;
    }

    /// <summary>A message of the library with the names that the options have here.</summary>
    public static string InOwnWords(string message) => LibraryName().Replace(message, match => match.Groups["name"].Value switch
    {
        "Endpoints" => "--endpoints",
        "Prefix" => "--prefix",
        "Format" => "--format",
        "Username" => "--user",
        "Password" => "DISCOVERY_PASSWORD",
        "PasswordFile" => "--password-file",
        "Tls.CaFile" => "--ca",
        "Tls.CertificateFile" => "--cert",
        "Tls.KeyFile" or "KeyFile" => "--key",
        "LeaseTtl" => "--ttl",
        _ => "--ca, --cert or --key",
    });

    // Not within paths and addresses, which are values.
    [GeneratedRegex(
        @"(?<![\w/.-])(?:EtcdOptions\.)?"
        + @"(?<name>Endpoints|Prefix|Format|Username|PasswordFile|Password|Tls\.CaFile|Tls\.CertificateFile|Tls\.KeyFile"
        + @"|KeyFile|LeaseTtl|Tls)"
        + @"(?![\w/-])")]
    private static partial Regex LibraryName();

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static Option<T> Shared<T>(string name, string description) => new(name) { Description = description, Recursive = true };
}
