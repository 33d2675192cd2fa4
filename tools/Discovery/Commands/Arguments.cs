using System.CommandLine;

namespace Interceptors.Discovery.Tool.Commands;

/// <summary>What the arguments of the commands have in common.</summary>
internal static class Arguments
{
    public static Argument<string> Service() => Create("SERVICE", "The name of the service, for example user");

    public static Argument<string> Create(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        // An option that is misspelt would be taken for the name of a service else.
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-')))
                result.AddError($"Unrecognized option '{token.Value}'.");
        });
        return argument;
    }

    public static string ServiceName(string service) => Interceptors.ServiceName.IsValid(service)
        ? service
        : throw new UsageException($"'{service}' is not a service name, which is {Interceptors.ServiceName.Rule}.");
}
