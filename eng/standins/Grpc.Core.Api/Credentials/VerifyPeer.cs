namespace Grpc.Core;

/// <summary>Decides whether the peer of a TLS connection is the right one.</summary>
/// <param name="context">The peer.</param>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);

/// <summary>The peer of a TLS connection.</summary>
public class VerifyPeerContext
{
    internal VerifyPeerContext(string targetName, string peerPem)
    {
        TargetName = targetName;
        PeerPem = peerPem;
    }

    /// <summary>The name that was connected to.</summary>
    public string TargetName { get; }

    /// <summary>The peer's certificate, in PEM.</summary>
    public string PeerPem { get; }
}
