using Microsoft.Extensions.Configuration;

namespace Ssp.Hd4dp;

/// <summary>A column of one of HD4DP's databases.</summary>
/// <param name="Setting">The setting that maps it, for the sentence that says it is missing.</param>
/// <param name="Actual">Its name in this installation; null when the installation says it has none ("-").</param>
/// <param name="MayBeMissing">Nothing is wrong when the table has no such column: it is used where it is there.</param>
public sealed record WarehouseColumn(string Table, string Setting, string? Actual, bool MayBeMissing = false)
{
    /// <summary>The name as it stands in SQL.</summary>
    public string Sql => Quote(Actual ?? throw new InvalidOperationException($"The column of {Setting} is said not to exist."));

    /// <summary>The column as text; an empty one where it is said not to exist.</summary>
    public string Text => Actual is null ? "NULL::text" : $"{Sql}::text";

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>
/// What the tables and columns of a database are called. Public sources state some of the names and leave others open, so each has a
/// setting: Localdwh__message__organization_nihdi=org_number, for example. "-" says that an optional column does not exist.
/// </summary>
/// <param name="settings">The section of the settings, named after the database.</param>
/// <param name="mayBeAbsent">The columns an installation may do without.</param>
public abstract class DatabaseNames(IConfigurationSection settings, params string[] mayBeAbsent)
{
    private readonly List<WarehouseColumn> columns = [];

    public IReadOnlyList<WarehouseColumn> Columns => columns;

    protected string Table(string name, string defaultName) => Word($"tables:{name}", defaultName);

    protected string Word(string name, string defaultName) => settings[name] is { Length: > 0 } actual ? actual.Trim() : defaultName;

    protected WarehouseColumn Column(string room, string table, string name) => Add(room, table, name, mayBeAbsent.Contains(name));

    /// <summary>A column that is used where it is there, without a word where it is not. One that a setting names must be there.</summary>
    protected WarehouseColumn ColumnIfThere(string room, string table, string name) =>
        Add(room, table, name, mayBeAbsent: true, mayBeMissing: settings[$"{room}:{name}"] is not { Length: > 0 });

    private WarehouseColumn Add(string room, string table, string name, bool mayBeAbsent, bool mayBeMissing = false)
    {
        var actual = Word($"{room}:{name}", name);
        var column = new WarehouseColumn(table, $"{settings.Key}__{room}__{name}", actual == "-" && mayBeAbsent ? null : actual, mayBeMissing);
        columns.Add(column);
        return column;
    }
}
