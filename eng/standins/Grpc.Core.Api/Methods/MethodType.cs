namespace Grpc.Core;

/// <summary>Which of the two sides streams.</summary>
public enum MethodType
{
    /// <summary>One request, one response.</summary>
    Unary = 0,

    /// <summary>Many requests, one response.</summary>
    ClientStreaming = 1,

    /// <summary>One request, many responses.</summary>
    ServerStreaming = 2,

    /// <summary>Many requests, many responses.</summary>
    DuplexStreaming = 3,
}
