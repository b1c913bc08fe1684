namespace Ssp.Dev;

/// <summary>Where the parts of a checkout lie.</summary>
public sealed record Repository(string Root)
{
    public string Azurite => Path.Combine(Root, "azurite");

    /// <summary>The checkout this program was built in.</summary>
    public static Repository Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ssp.sln")))
            {
                return new Repository(folder.FullName);
            }
        }

        throw new DevException("This program works inside a checkout of the portal: no Ssp.sln was found in any folder above it.");
    }
}
