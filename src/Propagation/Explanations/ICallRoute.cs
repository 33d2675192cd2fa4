namespace Interceptors.Propagation;

/// <summary>Where a call goes, or is to go; its <see cref="object.ToString"/> names it, such as <c>10.0.0.1:5001</c>.</summary>
public interface ICallRoute
{
    /// <summary>Says what holds for the calls that go this way, such as the age of the list and the endpoints that are left out.</summary>
    /// <param name="conditions">Gets one short sentence for each.</param>
    void Describe(ICollection<string> conditions);
}
