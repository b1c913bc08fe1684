using Ssp.Hd4dp;
using Ssp.Settings;
using Ssp.Tests.Support;

namespace Ssp.Tests.Hd4dp;

public sealed class RegistryCatalogTests
{
    /// <summary>"DCDs sent to MyCareNet", fair-v1.healthdata.be/book/export/html/627; the space in one of them is real.</summary>
    private static readonly string[] SentToMyCareNet =
    [
        "DEFIB_ELECT", "DEFIB_PRIM_IMPLT", "DEFIB_REPL", "MVO_IMP", "OP_HIP_PRIM_IMPLT", "OP_HIP_RESEC", "OP_HIP_REVIS", "OP_KNEE_PRIM_IMPLT", "OP_KNEE_RESEC",
        "OP_KNEE_REVIS", "OP_MP_PRIM_IMPLT", "OP_MP_RESEC", "OP_MP_REVIS", "PITTER", "QERMID_Pacemaker_ Remplacement",
        "QERMID_Pacemaker_Ajout_remplacement_electrode", "QERMID_Pacemaker_Primo_implantation", "SPIN_SURG", "TAVI_IMPLT", "ZEPHYR_PRIM_IMPLT", "ZEPHYR_REPLAC",
    ];

    private readonly RegistryCatalog catalog = RegistryCatalog.Load(TestSettings.Of().Hd4dp);

    [Fact]
    public void The_reimbursed_collections_are_the_published_ones_to_the_letter() =>
        Assert.Equal(
            SentToMyCareNet,
            catalog.Registries.SelectMany(registry => registry.Collections).Where(one => one.Reimbursed).Select(one => one.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Only_bcfr_may_be_exported() =>
        Assert.Equal("BCFR%", Assert.Single(catalog.Registries.SelectMany(registry => registry.Collections), one => one.Exportable).Name);

    [Fact]
    public void Every_name_is_there_in_three_languages()
    {
        var words = catalog.Registries.Select(registry => registry.Name)
            .Concat(catalog.Registries.SelectMany(registry => registry.Collections, (_, one) => one.Label));

        Assert.All(words, word => Assert.Equal(["en", "fr", "nl"], word.Keys.Order()));
    }

    [Theory]
    [InlineData("BCFR_Main_registration", "BCFR")]
    [InlineData("BCFR", "BCFR")]
    [InlineData("QERMID_Pacemaker_ Remplacement", "PACEMAKER")]
    [InlineData("QERMID_Pacemaker_Remplacement", null)]
    [InlineData("bcfr", null)]
    [InlineData("Hospitalisatie", null)]
    public void A_collection_of_the_warehouse_finds_its_registry(string name, string? project) => Assert.Equal(project, catalog.Find(name)?.Registry.Project);

    [Fact]
    public void An_installation_can_bring_its_own_list()
    {
        var own = Load(
            """
            [{ "project": "ANGIO", "code": "HDBP0001", "name": { "en": "Angio" }, "collections": [
                { "name": "Hospitalisatie%", "label": { "en": "All" }, "exportable": true },
                { "name": "Hospitalisatie_met_FFR", "label": { "en": "FFR" }, "startDate": "2024-01-01", "implantDateKey": "DT_X",
                  "fields": { "2": ["A", "B"] } } ] }]
            """);

        Assert.Equal("FFR", own.Find("Hospitalisatie_met_FFR")!.Value.Collection.Label["en"]);
        Assert.Equal(["A", "B"], own.Find("Hospitalisatie_met_FFR")!.Value.Collection.Fields!["2"]);
        Assert.Equal("All", own.Find("Hospitalisatie_met_PCI")!.Value.Collection.Label["en"]);
        Assert.Null(own.Find("BCFR"));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[{ \"project\": \"X\" }]")]
    [InlineData("[{ \"project\": \"X\", \"name\": {}, \"collections\": [], \"misspelt\": 1 }]")]
    public void A_list_of_another_form_stops_the_start_with_the_name_of_the_file(string json)
    {
        var error = Assert.Throws<SettingsException>(() => Load(json));

        Assert.Contains("RegistriesFile", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_is_not_there_stops_the_start() =>
        Assert.Throws<SettingsException>(() => RegistryCatalog.Load(TestSettings.Of(("RegistriesFile", "/no/such/file.json")).Hd4dp));

    private static RegistryCatalog Load(string json)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            return RegistryCatalog.Load(TestSettings.Of(("RegistriesFile", file)).Hd4dp);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
