using Microsoft.Extensions.Configuration;

namespace Ssp.Hd4dp;

/// <summary>A column of localdwh.</summary>
/// <param name="Setting">The setting that maps it, for the sentence that says it is missing.</param>
/// <param name="Actual">Its name in this installation; null when the installation says it has none ("-").</param>
public sealed record WarehouseColumn(string Table, string Setting, string? Actual)
{
    /// <summary>The name as it stands in SQL.</summary>
    public string Sql => Quote(Actual ?? throw new InvalidOperationException($"The column of {Setting} is said not to exist."));

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>
/// What the tables and columns of localdwh are called. Public sources state some of the names and leave others open, so each has a
/// setting: Localdwh__message__organization_nihdi=org_number, for example. "-" says that an optional column does not exist.
/// </summary>
public sealed class WarehouseNames
{
    private static readonly HashSet<string> MayBeAbsent = ["organization_name", "project", "dcd_version", "registration_code", "nippin_id", "created_on", "status"];

    private readonly IConfigurationSection settings;
    private readonly List<WarehouseColumn> columns = [];

    public WarehouseNames(PortalSettings portal)
    {
        settings = portal.Localdwh;
        MessageTable = Table("message", "local_dwhmessage");
        ValueTable = Table("key_value", "local_dwhmessage_key_value");
        PlusTable = Table("key_value_plus", "local_dwhmessage_key_value_plus");

        DocumentId = Column("message", MessageTable, "document_id");
        CollectionName = Column("message", MessageTable, "data_collection_name");
        MessageId = Column("message", MessageTable, "id");
        OrganizationNihdi = Column("message", MessageTable, "organization_nihdi");
        OrganizationName = Column("message", MessageTable, "organization_name");
        Project = Column("message", MessageTable, "project");
        Version = Column("message", MessageTable, "dcd_version");
        RegistrationCode = Column("message", MessageTable, "registration_code");
        NippinId = Column("message", MessageTable, "nippin_id");
        CreatedOn = Column("message", MessageTable, "created_on");
        Status = Column("message", MessageTable, "status");
        ValueId = Column("key_value", ValueTable, "id");
        ValueDocumentId = Column("key_value", ValueTable, "msg_document_id");
        Key = Column("key_value", ValueTable, "key");
        Value = Column("key_value", ValueTable, "value");
        PlusValueId = Column("key_value_plus", PlusTable, "key_value_id");
        AttributeType = Column("key_value_plus", PlusTable, "attribute_type");
        AttributeValue = Column("key_value_plus", PlusTable, "attribute_value");

        RepeatAttribute = settings["attributes:repeat_index"] ?? "repeat_index";
        ValueAttribute = settings["attributes:value"] ?? "value";
        SubmittedStatus = settings["submitted_status"] ?? "submitted";
    }

    public string MessageTable { get; }

    public string ValueTable { get; }

    public string PlusTable { get; }

    public WarehouseColumn DocumentId { get; }

    public WarehouseColumn CollectionName { get; }

    public WarehouseColumn MessageId { get; }

    public WarehouseColumn OrganizationNihdi { get; }

    public WarehouseColumn OrganizationName { get; }

    public WarehouseColumn Project { get; }

    public WarehouseColumn Version { get; }

    public WarehouseColumn RegistrationCode { get; }

    public WarehouseColumn NippinId { get; }

    public WarehouseColumn CreatedOn { get; }

    public WarehouseColumn Status { get; }

    public WarehouseColumn ValueId { get; }

    public WarehouseColumn ValueDocumentId { get; }

    public WarehouseColumn Key { get; }

    public WarehouseColumn Value { get; }

    public WarehouseColumn PlusValueId { get; }

    public WarehouseColumn AttributeType { get; }

    public WarehouseColumn AttributeValue { get; }

    /// <summary>The attribute_type whose value numbers the repeats of a block.</summary>
    public string RepeatAttribute { get; }

    /// <summary>The attribute_type whose value is one more value of the field.</summary>
    public string ValueAttribute { get; }

    /// <summary>Where there is a status, only registrations with this one, or with none, are exported: no drafts, nothing deleted.</summary>
    public string SubmittedStatus { get; }

    public IReadOnlyList<WarehouseColumn> Columns => columns;

    private string Table(string name, string usual) => settings[$"tables:{name}"] is { Length: > 0 } actual ? actual : usual;

    private WarehouseColumn Column(string room, string table, string name)
    {
        var actual = settings[$"{room}:{name}"] is { Length: > 0 } mapped ? mapped.Trim() : name;
        var column = new WarehouseColumn(table, $"Localdwh__{room}__{name}", actual == "-" && MayBeAbsent.Contains(name) ? null : actual);
        columns.Add(column);
        return column;
    }
}
