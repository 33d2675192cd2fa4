using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Interceptors.Server;

/// <summary>
/// A log line about a call. Not a LoggerMessage, because its text leaves out the fields that a call does not have, and some fields are
/// there only if an option asks for them.
/// </summary>
internal sealed class CallLogLine(string text) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly List<KeyValuePair<string, object?>> _fields = new(12);
    private string _text = text;

    public int Count => _fields.Count;

    public KeyValuePair<string, object?> this[int index] => _fields[index];

    /// <summary>Adds a field that the text has already, or never has.</summary>
    public CallLogLine With(string name, object? value)
    {
        _fields.Add(new(name, value));
        return this;
    }

    /// <summary>Adds a field, and to the text too unless it is empty.</summary>
    public CallLogLine With(string name, object? value, string label)
    {
        var shown = value is DateTime time ? time.ToString("O", CultureInfo.InvariantCulture) : value?.ToString();
        if (!string.IsNullOrEmpty(shown))
            _text += $", {label} {shown}";
        return With(name, value);
    }

    public void Write(ILogger logger, LogLevel level, EventId eventId) =>
        logger.Log(level, eventId, this, exception: null, static (line, _) => line._text);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => _text;
}
