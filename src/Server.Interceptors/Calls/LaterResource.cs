namespace Interceptors.Server;

/// <summary>Something to dispose, and what was there before it: most calls have at most one, which then needs no list.</summary>
internal sealed class LaterResource(IDisposable resource, IDisposable earlier) : IDisposable
{
    public void Dispose()
    {
        try
        {
            resource.Dispose();
        }
        finally
        {
            earlier.Dispose();
        }
    }
}
