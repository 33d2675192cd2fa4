using System.IO.Compression;
using System.Xml.Linq;
using Interceptors.PublicDocs;

// The compiler documents every member. A package keeps what its users can see: its documentation is rewritten in place.
foreach (var package in args)
{
    using var archive = ZipFile.Open(package, ZipArchiveMode.Update);
    foreach (var entry in archive.Entries.Where(entry => entry.FullName.StartsWith("lib/", StringComparison.Ordinal)).ToList())
    {
        if (Path.GetExtension(entry.Name) == ".xml" && archive.GetEntry(Path.ChangeExtension(entry.FullName, ".dll")) is { } assembly)
            Rewrite(entry, PublicMembers.Of(assembly));
    }
}

static void Rewrite(ZipArchiveEntry entry, PublicMembers members)
{
    using var stream = entry.Open();
    var document = XDocument.Load(stream, LoadOptions.PreserveWhitespace);
    foreach (var member in document.Descendants("member").Where(member => !members.Contains(member.Attribute("name")!.Value)).ToList())
    {
        (member.PreviousNode as XText)?.Remove();
        member.Remove();
    }
    stream.SetLength(0);
    document.Save(stream, SaveOptions.DisableFormatting);
}
