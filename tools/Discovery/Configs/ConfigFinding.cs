namespace Interceptors.Discovery.Tool.Configs;

/// <summary>What a client makes of a service config, or of a part of it.</summary>
/// <param name="Client"><c>dotnet</c>, this kit, or <c>go</c>, grpc-go.</param>
/// <param name="Result"><c>uses</c>, <c>ignores</c> a part, or <c>refuses</c> the whole.</param>
/// <param name="Text">What and why, for people to read. Begins with the place where there is one.</param>
internal sealed record ConfigFinding(string Client, string Result, string Text)
{
    public const string Uses = "uses";
    public const string Ignores = "ignores";
    public const string Refuses = "refuses";
}
