using Ssp.Http;

namespace Ssp.Hd4dp;

/// <summary>What the tables and columns of localdwh are called, see <see cref="DatabaseNames"/>.</summary>
public sealed class WarehouseNames : DatabaseNames
{
    public WarehouseNames(Hd4dpSettings installation)
        : base(installation.Localdwh, "organization_name", "project", "dcd_version", "registration_code", "nippin_id", "created_on", "status")
    {
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
        PlusId = ColumnIfThere("key_value_plus", PlusTable, "id");
        PlusValueId = Column("key_value_plus", PlusTable, "key_value_id");
        AttributeType = Column("key_value_plus", PlusTable, "attribute_type");
        AttributeValue = Column("key_value_plus", PlusTable, "attribute_value");

        RepeatAttribute = Word("attributes:repeat_index", "repeat_index");
        ValueAttribute = Word("attributes:value", "value");
        SubmittedStatus = Word("submitted_status", "submitted");
    }

    /// <summary>A column that exports can do without, but not the comparison with messages to the insurers.</summary>
    /// <exception cref="WarehouseException">The settings say that the creation date does not exist.</exception>
    public void RequireForImplants()
    {
        if (CreatedOn.Actual is null)
        {
            throw new WarehouseException(ProblemCodes.WarehouseColumnMissing, false, null, CreatedOn.Table, "created_on", CreatedOn.Setting);
        }
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

    /// <summary>Says in which order the attributes of a value were made; without it they stand in the order of their text.</summary>
    public WarehouseColumn PlusId { get; }

    public WarehouseColumn PlusValueId { get; }

    public WarehouseColumn AttributeType { get; }

    public WarehouseColumn AttributeValue { get; }

    /// <summary>The attribute_type whose value numbers the repeats of a block.</summary>
    public string RepeatAttribute { get; }

    /// <summary>The attribute_type whose value is one more value of the field.</summary>
    public string ValueAttribute { get; }

    /// <summary>Where there is a status, only registrations with this one, or with none, are exported: no drafts, nothing deleted.</summary>
    public string SubmittedStatus { get; }
}
