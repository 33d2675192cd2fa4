namespace Interceptors.Client;

/// <summary>A source that may give every call the same token, whatever the call.</summary>
internal interface ISharedTokenSource : ITokenSource
{
    bool IsShared => true;
}
