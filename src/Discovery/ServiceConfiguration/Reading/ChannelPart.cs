using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interceptors.Discovery;

/// <summary>
/// The part of a service config that grpc-dotnet reads only when a channel is made. Two configs that don't differ in it can follow each
/// other on one channel.
/// </summary>
internal static class ChannelPart
{
    public static JsonObject Of(JsonElement root)
    {
        var part = JsonObject.Create(root.Clone())!;
        if (part["methodConfig"] is not JsonArray methods)
            return part;
        var repeats = false;
        foreach (var method in methods.OfType<JsonObject>())
        {
            foreach (var ours in (ReadOnlySpan<string>)["timeout", "waitForReady", "maxRequestMessageBytes", "maxResponseMessageBytes"])
                method.Remove(ours);
            repeats |= method["retryPolicy"] is not null || method["hedgingPolicy"] is not null;
        }

        // An entry that repeats nothing still matters where another does: it can take a method out of that one.
        if (!repeats)
            part.Remove("methodConfig");
        return part;
    }
}
