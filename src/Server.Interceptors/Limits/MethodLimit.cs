namespace Interceptors.Server;

/// <summary>The limits of one method: its own, then the server's. Callers' limits are separate.</summary>
internal sealed record MethodLimit(string Method, bool IsExempt, Limit? Own, LimitGate[] Gates);
