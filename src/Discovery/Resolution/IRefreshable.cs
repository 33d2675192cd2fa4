namespace Interceptors.Discovery;

/// <summary>A source that is not live, and looks a list up again when it is told that the list may be out of date.</summary>
internal interface IRefreshable
{
    void Refresh(string service);
}
