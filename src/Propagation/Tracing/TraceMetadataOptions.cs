namespace Interceptors.Propagation;

/// <summary>
/// Options that client and server must agree on: the metadata key of the trace id, and the keys that join outgoing calls.
/// </summary>
public sealed class TraceMetadataOptions
{
    /// <summary>
    /// The metadata key of the trace id. A text key of <c>a-z 0-9 _ - .</c> that does not end in <c>-bin</c>, and not one of those
    /// that never cross a hop. Default: <c>x-trace-id</c>.
    /// </summary>
    public string Key { get; set; } = TraceId.DefaultKey;

    /// <summary>
    /// Whether the response headers of a successful call repeat the trace id that the caller sent. An id that the server made, because it
    /// received none or an invalid one, is always in them; so is the id of a call that fails. Read by the server side. Default: false. To
    /// know the id of calls before they are made, begin the work with <see cref="IncomingCall.Begin"/>, or set the key
    /// in the call's metadata.
    /// </summary>
    public bool RepeatReceived { get; set; }

    /// <summary>
    /// The keys that cross from the incoming call to outgoing calls, each exact or a prefix that ends in <c>*</c>. Read by
    /// the client side. Default: <c>x-md-global-*</c>. See <see cref="MetadataAllowList"/> for what never crosses.
    /// </summary>
    public IList<string> JoinedKeys { get; } = ["x-md-global-*"];

    /// <summary>The most entries that join one outgoing call; 0 joins none. Default: 32.</summary>
    public int MaxJoinedEntries { get; set; } = 32;

    /// <summary>The most bytes, keys and values together, that join one outgoing call; 0 joins none. Default: 4096.</summary>
    public int MaxJoinedBytes { get; set; } = 4096;
}
