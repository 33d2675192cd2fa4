namespace Quickstart.Narration;

/// <summary>What was found out about a promise.</summary>
/// <param name="Held">Whether it held.</param>
/// <param name="Text">What was measured, in a few words.</param>
internal sealed record Measurement(bool Held, string Text);
