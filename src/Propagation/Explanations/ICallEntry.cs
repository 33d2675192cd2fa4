namespace Interceptors.Propagation;

/// <summary>An entry of <see cref="CallNotes"/>, written while the call is under way.</summary>
internal interface ICallEntry
{
    /// <param name="start">When the call began, as a timestamp.</param>
    /// <param name="end">When it ended.</param>
    CallNote ToNote(long start, long end);
}
