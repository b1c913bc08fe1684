namespace Ssp.Hd4dp;

/// <summary>
/// What the table and columns of the database nippin are called, see <see cref="DatabaseNames"/>. The usual names:
/// fair-v1.healthdata.be/documentation/heart-valves/nippin-database. The columns a message can do without are those the report of July 2024 did
/// not have either, and those that only make a link or a result surer.
/// </summary>
public sealed class NippinNames : DatabaseNames
{
    public NippinNames(Hd4dpSettings installation)
        : base(
            installation.Nippin, "identification_value", "payload_after_validation", "valid", "interface_type", "created_on", "postresponse_tack_reference",
            "postresponse_tack_result_major", "previous_registrationcode")
    {
        MessageTable = Table("message", "nippin_message");
        Id = Column("message", MessageTable, "id");
        MessageId = Column("message", MessageTable, "message_id");
        IdentificationValue = Column("message", MessageTable, "identification_value");
        CurrentCode = Column("message", MessageTable, "current_registrationcode");
        PreviousCode = Column("message", MessageTable, "previous_registrationcode");
        Valid = Column("message", MessageTable, "valid");
        InterfaceType = Column("message", MessageTable, "interface_type");
        Status = Column("message", MessageTable, "status");
        CreatedOn = Column("message", MessageTable, "created_on");
        Validation = Column("message", MessageTable, "payload_after_validation");
        TackReference = Column("message", MessageTable, "postresponse_tack_reference");
        TackMajor = Column("message", MessageTable, "postresponse_tack_result_major");
    }

    public string MessageTable { get; }

    public WarehouseColumn Id { get; }

    public WarehouseColumn MessageId { get; }

    public WarehouseColumn IdentificationValue { get; }

    public WarehouseColumn CurrentCode { get; }

    public WarehouseColumn PreviousCode { get; }

    public WarehouseColumn Valid { get; }

    public WarehouseColumn InterfaceType { get; }

    public WarehouseColumn Status { get; }

    public WarehouseColumn CreatedOn { get; }

    public WarehouseColumn Validation { get; }

    public WarehouseColumn TackReference { get; }

    public WarehouseColumn TackMajor { get; }
}
