using System.Text.Json;
using System.Text.Json.Serialization;
using Ssp.Settings;

namespace Ssp.Hd4dp;

/// <summary>A registry (HD4DP says project) with its data collections (DCD).</summary>
/// <param name="Project">Its abbreviation, for example BCFR.</param>
/// <param name="Code">healthdata.be's project code (HDBPnnnn) where it is known.</param>
/// <param name="Name">By language.</param>
public sealed record Registry(string Project, IReadOnlyDictionary<string, string> Name, IReadOnlyList<DataCollection> Collections, string? Code = null)
{
    public string NameIn(string language) => Word(Name, language);

    /// <summary>What people call one of its collections.</summary>
    public string NameIn(string language, DataCollection collection) => $"{NameIn(language)} – {collection.LabelIn(language)}";

    internal static string Word(IReadOnlyDictionary<string, string> words, string language) =>
        words.TryGetValue(language, out var word) ? word : words.Values.FirstOrDefault() ?? "";
}

/// <summary>A data collection definition of a registry.</summary>
/// <param name="Name">What localdwh calls it (data_collection_name), to the letter: one of them contains a space. A % at the end matches any ending.</param>
/// <param name="Exportable">Whether registrations may be exported to CSV.</param>
/// <param name="Reimbursed">
/// Whether every registration must reach the insurers. The 21 names: "DCDs sent to MyCareNet", fair-v1.healthdata.be/book/export/html/627.
/// </param>
/// <param name="ImplantDateKey">The field that holds the implant date; null where there is none, as for PITTER, which is a test.</param>
/// <param name="StartDate">Registrations before this day need no message to the insurers; null: all do.</param>
/// <param name="Fields">For a version: its technical field names in the order of the form. Others follow by first appearance.</param>
public sealed record DataCollection(
    string Name, IReadOnlyDictionary<string, string> Label, bool Exportable = false, bool Reimbursed = false, string? ImplantDateKey = null,
    DateOnly? StartDate = null, IReadOnlyDictionary<string, IReadOnlyList<string>>? Fields = null)
{
    public string LabelIn(string language) => Registry.Word(Label, language);

    public bool Matches(string collectionName) =>
        Name.EndsWith('%') ? collectionName.StartsWith(Name[..^1], StringComparison.Ordinal) : collectionName == Name;
}

/// <summary>
/// Which registries there are and what may be done with them. A JSON document in the program; an installation replaces it with the
/// setting RegistriesFile, because the list grows (domain facts: HD4DP's DCD names, docs.healthdata.be).
/// </summary>
public sealed class RegistryCatalog
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    private RegistryCatalog(IReadOnlyList<Registry> registries) => Registries = registries;

    public IReadOnlyList<Registry> Registries { get; }

    /// <exception cref="SettingsException">The file of RegistriesFile is missing or not of this form.</exception>
    public static RegistryCatalog Load(Hd4dpSettings settings)
    {
        if (settings.RegistriesFile is null)
        {
            using var shipped = typeof(RegistryCatalog).Assembly.GetManifestResourceStream("registries.json")!;
            return Parse(shipped);
        }

        try
        {
            using var file = File.OpenRead(settings.RegistriesFile);
            return Parse(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new SettingsException($"The file {settings.RegistriesFile} of the setting RegistriesFile cannot be used: {error.Message}");
        }
    }

    /// <summary>The registry and collection a name of localdwh belongs to, or null when the catalogue does not know it.</summary>
    public (Registry Registry, DataCollection Collection)? Find(string collectionName)
    {
        // An exact name wins over a pattern, wherever it stands.
        var matches = Registries.SelectMany(registry => registry.Collections, (registry, collection) => (Registry: registry, Collection: collection))
            .Where(one => one.Collection.Matches(collectionName))
            .OrderBy(one => one.Collection.Name.EndsWith('%'))
            .ToList();
        return matches.Count == 0 ? null : matches[0];
    }

    /// <summary>The collections whose registrations must reach the insurers, in the catalogue's order.</summary>
    public IEnumerable<(Registry Registry, DataCollection Collection)> Reimbursed =>
        Registries.SelectMany(registry => registry.Collections, (registry, collection) => (registry, collection)).Where(one => one.collection.Reimbursed);

    private static RegistryCatalog Parse(Stream json) => new(JsonSerializer.Deserialize<List<Registry>>(json, Strict)!);
}
