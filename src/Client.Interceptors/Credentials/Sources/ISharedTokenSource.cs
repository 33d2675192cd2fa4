namespace Interceptors.Client;

/// <summary>A source whose token does not depend on the call.</summary>
internal interface ISharedTokenSource : ITokenSource
{
    bool IsShared => true;
}
