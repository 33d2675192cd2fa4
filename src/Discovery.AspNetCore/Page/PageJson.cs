using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interceptors.Discovery.AspNetCore;

/// <summary>Writes the state without reflection. Everything but plain letters is escaped, also what HTML would read as a tag.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PageState))]
internal sealed partial class PageJson : JsonSerializerContext;
