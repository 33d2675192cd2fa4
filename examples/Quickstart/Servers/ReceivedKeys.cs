using Grpc.Core;

namespace Quickstart.Servers;

/// <summary>The keys of the metadata of a call, which only a line that is really logged makes a text of.</summary>
internal readonly struct ReceivedKeys
{
    private readonly Metadata _metadata;

    private ReceivedKeys(Metadata metadata) => _metadata = metadata;

    public static ReceivedKeys Of(ServerCallContext context) => new(context.RequestHeaders);

    public bool Contains(string key) => _metadata.Get(key) is not null;

    public override string ToString() => string.Join(", ", _metadata.Select(entry => entry.Key));
}
