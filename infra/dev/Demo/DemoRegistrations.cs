using System.Globalization;

namespace Ssp.Dev.Demo;

/// <summary>A value of a registration, with what stands in the extra table about it.</summary>
public sealed record DemoValue(string Key, string? Text, IReadOnlyList<(string Type, string? Text)> Plus);

public sealed record DemoRegistration(
    string DocumentId, string Collection, string Nihdi, string? OrganizationName, string Project, string Version, string? Code, string? NippinId,
    DateTimeOffset CreatedOn, string Status, IReadOnlyList<DemoValue> Values);

/// <summary>
/// Generated registrations, the same at every start: BCFR in two versions and implants that are reimbursed, with everything that makes
/// a CSV file difficult.
/// </summary>
public sealed class DemoRegistrations(int seed)
{
    private static readonly string[] Remarks =
    [
        "Stable; no change since the last visit", "She said \"much better\" today", "First line\nsecond line\r\nthird line",
        "Suivi à Liège, hôpital de jour — été", "Zeer goed 👍🏽", "=SUM(A1:A9)", "+32 470 12 34 56", "-5", "@home", "  spaces at both ends  ",
        "back\\slash and 'apostrophe'", "tab\there", "Straße, naïve, Łódź, 日本語", "",
    ];

    private static readonly string[] Implants =
    [
        "OP_HIP_PRIM_IMPLT", "OP_KNEE_PRIM_IMPLT", "OP_KNEE_REVIS", "QERMID_Pacemaker_Primo_implantation", "QERMID_Pacemaker_ Remplacement",
        "DEFIB_PRIM_IMPLT", "TAVI_IMPLT", "PITTER",
    ];

    private static readonly DateTimeOffset Beginning = new(2024, 1, 8, 6, 30, 0, TimeSpan.Zero);

    private readonly Random random = new(seed);
    private int number;

    /// <param name="perHospital">How many BCFR registrations each hospital that takes part gets; of implants half as many for each collection.</param>
    public IEnumerable<DemoRegistration> All(int perHospital)
    {
        foreach (var hospital in DemoHospital.All)
        {
            for (var i = 0; i < (hospital.HasBcfr ? perHospital : 0); i++)
            {
                yield return Bcfr(hospital, i % 3 == 0 ? "1" : "2");
            }

            foreach (var collection in Implants)
            {
                for (var i = 0; i < perHospital / 2; i++)
                {
                    yield return Implant(hospital, collection, i % 5 == 0 ? "2" : "1");
                }
            }
        }
    }

    /// <summary>Registrations of one shape with many fields, for measuring.</summary>
    public IEnumerable<DemoRegistration> Wide(DemoHospital hospital, int registrations, int fields)
    {
        var keys = Enumerable.Range(1, fields).Select(i => i % 10 == 0 ? $"DT_FIELD_{i:D3}" : $"TX_FIELD_{i:D3}").ToArray();
        for (var i = 0; i < registrations; i++)
        {
            var values = new DemoValue[fields];
            for (var field = 0; field < fields; field++)
            {
                values[field] = new DemoValue(keys[field], field % 10 == 9 ? Day() : random.Next(12) == 0 ? Remark() : $"{random.Next():x8}", []);
            }

            yield return Registration(hospital, "BCFR_Main_registration", "BCFR", "1", null, values);
        }
    }

    private DemoRegistration Bcfr(DemoHospital hospital, string version)
    {
        var values = new List<DemoValue>
        {
            Value("TX_AUTHOR_GR", $"CF centre {hospital.Name}"),
            Value("TX_AUTHOR", "registrar@hospital.example"),
            Value("CD_NISS", Niss()),
            Value("CD_PATIENT", $"{random.Next(100_000):D6}"),
            Value("D_YEAR_COLLECTION", $"{2021 + random.Next(4)}"),
            Value("DT_BIRTH", Day(1960, 55)),
            Value("CD_SEX", random.Next(2) == 0 ? "M" : "F"),
            Value("CD_POSTCODE", $"{random.Next(10_000):D4}"),
            Value("MS_FEV1", (random.Next(3000, 12000) / 100m).ToString(CultureInfo.InvariantCulture)),
            Value("MS_WEIGHT", random.Next(9) == 0 ? null : (random.Next(300, 1000) / 10m).ToString(CultureInfo.InvariantCulture)),
            Value("FL_TRANSPLANT", random.Next(10) == 0 ? "true" : "false"),
            Value("TX_REMARK", Remark()),
            Value("CD_THERAPY", "68452|68453|68454"),
        };
        // Several values of one field: as several rows, or in the extra table.
        values.AddRange(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value("CD_GERM", $"{random.Next(700, 760)}")));
        if (version == "2")
        {
            values.Add(Value("DT_MODULATOR_START", Day()));
            values.Add(new DemoValue("CD_MODULATOR", null, [("value", "IVA"), ("value", "TEZ"), ("label", "Kaftrio")]));
        }

        for (var visit = 0; visit < random.Next(4); visit++)
        {
            (string, string?)[] repeat = [("repeat_index", $"{visit}")];
            values.Add(new DemoValue("HOSPITALISATION|DT_ADMISSION", Day(), repeat));
            values.Add(new DemoValue("HOSPITALISATION|TX_REASON", Remark(), repeat));
        }

        return Registration(hospital, "BCFR_Main_registration", "BCFR", version, null, values);
    }

    private DemoRegistration Implant(DemoHospital hospital, string collection, string version)
    {
        var code = $"{random.Next(100, 300)}.{random.Next(23, 26)}.{number:D6}.{random.Next(100):D2}";
        var values = new List<DemoValue>
        {
            Value("CD_NISS", Niss()),
            Value("CD_DEVICE", $"{random.Next(1_000_000):D12}"),
            Value("TX_REMARK", Remark()),
        };
        if (collection != "PITTER" && random.Next(20) != 0)
        {
            values.Insert(1, Value("DT_IMPLANT", random.Next(4) == 0 ? IsoDay() : Day()));
        }

        return Registration(hospital, collection, collection.Split('_')[0], version, random.Next(15) == 0 ? null : code, values);
    }

    private DemoRegistration Registration(
        DemoHospital hospital, string collection, string project, string version, string? code, IReadOnlyList<DemoValue> values)
    {
        number++;
        var id = new byte[16];
        random.NextBytes(id);
        // A registration of an implant names its message directly, by number or by UUID, or leaves the link to the code.
        var nippinId = code is null ? null : random.Next(3) switch { 0 => "number", 1 => "uuid", _ => null };
        return new DemoRegistration(
            new Guid(id).ToString(), collection, hospital.Nihdi, hospital.Name, project, version, code, nippinId,
            Beginning.AddMinutes(random.Next(2 * 365 * 24 * 60)).AddTicks(random.Next(10_000_000)), number % 25 == 0 ? "DRAFT" : "SUBMITTED", values);
    }

    private static DemoValue Value(string key, string? text) => new(key, text, []);

    private string Remark() => Remarks[random.Next(Remarks.Length)];

    private string Day(int firstYear = 2023, int years = 2) => RandomDay(firstYear, years).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    private string IsoDay() => RandomDay(2023, 2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private DateOnly RandomDay(int firstYear, int years) => new DateOnly(firstYear, 1, 1).AddDays(random.Next(365 * years));

    // A made-up national number with valid check digits; some begin with a zero.
    private string Niss()
    {
        var birth = RandomDay(1940, 59);
        var nine = $"{birth:yyMMdd}{random.Next(1, 999):D3}";
        return $"{nine}{97 - (long.Parse(nine, CultureInfo.InvariantCulture) % 97):D2}";
    }
}
