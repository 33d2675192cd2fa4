using System.Collections;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Interceptors.Conventions.Tests;

/// <summary>
/// However options are written out, no secret is in it: as text, by serializers, in a debugger, in what a validator says.
/// </summary>
public sealed partial class OptionsSecretsTests
{
    private const string Secret = "pl4nted";
    private static readonly JsonSerializerOptions Everything = new() { IncludeFields = true, WriteIndented = true };

    public static TheoryData<string> Types { get; } = [.. All.Select(static type => type.FullName!)];

    private static IEnumerable<Type> All => Package.All.SelectMany(static assembly => assembly.GetExportedTypes()).Where(IsOptions);

    [Fact]
    public void There_are_secrets_to_look_for() => Assert.True(All.SelectMany(static type => type.GetProperties()).Count(IsSecret) >= 4);

    [Theory]
    [MemberData(nameof(Types))]
    [Trait("case", "security 6")]
    public void Neither_text_nor_serializers_show_a_secret(string name)
    {
        var options = Planted(TypeOf(name));
        var withAddresses = Planted(TypeOf(name), withAddresses: true);

        var written = new List<string?> { options.ToString(), withAddresses.ToString() };
        written.AddRange(Written(() => JsonSerializer.Serialize(options, options.GetType())));
        written.AddRange(Written(() => JsonSerializer.Serialize(options, options.GetType(), Everything)));
        written.AddRange(Written(() => WithContracts(options)));

        Assert.DoesNotContain(written, static text => text?.Contains(Secret, StringComparison.Ordinal) == true);
    }

    [Theory]
    [MemberData(nameof(Types))]
    [Trait("case", "security 6")]
    public void No_debugger_shows_one(string name)
    {
        var type = TypeOf(name);

        Assert.Empty(type.GetCustomAttributes<DebuggerDisplayAttribute>());
        Assert.All(type.GetProperties().Where(IsSecret), static property => Assert.Equal(
            DebuggerBrowsableState.Never, property.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State));
    }

    [Theory]
    [MemberData(nameof(Types))]
    [Trait("case", "security 6")]
    public void No_validator_quotes_one(string name)
    {
        var type = TypeOf(name);
        var contract = typeof(IValidateOptions<>).MakeGenericType(type);
        var options = Planted(type, withAddresses: true);

        foreach (var validator in type.Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(contract)))
        {
            if (validator.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []) is null)
                continue;
            var result = (ValidateOptionsResult)contract.GetMethod("Validate")!.Invoke(
                Activator.CreateInstance(validator, nonPublic: true), ["name", options])!;
            Assert.DoesNotContain(Secret, result.FailureMessage ?? "", StringComparison.Ordinal);
        }
    }

    private static bool IsOptions(Type type) =>
        type is { IsClass: true, IsAbstract: false }
        && (type.Name.EndsWith("Options", StringComparison.Ordinal) || type.Name.EndsWith("Token", StringComparison.Ordinal))
        && type.GetConstructor([]) is not null;

    /// <summary>By its name; and what may hold one: the form of a token request, an address with user information, keys.</summary>
    private static bool IsSecret(PropertyInfo property) =>
        (property.PropertyType == typeof(string) && SecretName().IsMatch(property.Name))
        || property.PropertyType == typeof(Uri)
        || property.Name is "Parameters" or "SigningKeys";

    private static Type TypeOf(string name) => All.Single(type => type.FullName == name);

    /// <param name="type">The type.</param>
    /// <param name="withAddresses">With a password in each address too, which its validator must refuse.</param>
    private static object Planted(Type type, bool withAddresses = false)
    {
        var options = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties())
            Plant(options, property, withAddresses);
        return options;
    }

    private static void Plant(object options, PropertyInfo property, bool withAddresses)
    {
        var text = IsSecret(property) ? Secret : "plain";
        if (property.PropertyType == typeof(string) && property.CanWrite)
            property.SetValue(options, text);
        else if (property.PropertyType == typeof(Uri) && property.CanWrite)
            property.SetValue(options, new Uri($"http://user:{Secret}@host.test/token?key={Secret}"));
        else if (property.GetValue(options) is IDictionary<string, string> dictionary)
            dictionary["client_assertion"] = text;
        else if (property.GetValue(options) is IList<string> texts)
            texts.Add(property.Name == "Endpoints" && withAddresses ? $"http://user:{Secret}@host.test:2379" : text);
        else if (property.GetValue(options) is IList list && ElementOf(list) is { } element && IsOptions(element))
            list.Add(Planted(element, withAddresses));
    }

    private static Type? ElementOf(IList list) => list.GetType().IsGenericType ? list.GetType().GetGenericArguments()[0] : null;

    private static string WithContracts(object options)
    {
        using var stream = new MemoryStream();
        new DataContractSerializer(options.GetType()).WriteObject(stream, options);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>What can't be serialized, such as a delegate, shows nothing.</summary>
    private static IEnumerable<string> Written(Func<string> write)
    {
        try
        {
            return [write()];
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidDataContractException or SerializationException)
        {
            return [exception.ToString()];
        }
    }

    [GeneratedRegex("(Password|Secret|Token|Passphrase)$")]
    private static partial Regex SecretName();
}
