using System.Text;
using Ssp.Settings;
using Ssp.Storage;

namespace Ssp.Tests.Storage;

public sealed class SealTests : IDisposable
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("a private key and its password");
    private readonly string folder = Directory.CreateTempSubdirectory("ssp-keys-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_was_sealed_opens_for_the_same_purpose()
    {
        using var seals = new Seals(folder);
        Assert.Equal(Secret, seals.Open(seals.Seal(Secret, "certificate", "org-a", "1"), "certificate", "org-a", "1"));
    }

    [Fact]
    public void Nothing_of_the_content_can_be_read_in_the_seal()
    {
        using var seals = new Seals(folder);
        Assert.DoesNotContain("private key", Encoding.Latin1.GetString(seals.Seal(Secret, "certificate")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("org-b", "1")]
    [InlineData("org-a", "2")]
    [InlineData("org-a1", "")]
    public void A_seal_moved_to_another_record_does_not_open(string organization, string certificate)
    {
        using var seals = new Seals(folder);
        var content = seals.Seal(Secret, "certificate", "org-a", "1");
        Assert.Equal(SealFault.Altered, Assert.Throws<SealException>(() => seals.Open(content, "certificate", organization, certificate)).Fault);
    }

    [Fact]
    public void A_seal_with_any_byte_changed_does_not_open()
    {
        using var seals = new Seals(folder);
        var content = seals.Seal(Secret, "certificate");
        for (var place = 0; place < content.Length; place++)
        {
            var changed = (byte[])content.Clone();
            changed[place] ^= 1;
            Assert.Throws<SealException>(() => seals.Open(changed, "certificate"));
        }
    }

    [Fact]
    public void A_seal_cut_short_at_any_place_does_not_open()
    {
        using var seals = new Seals(folder);
        var content = seals.Seal(Secret, "certificate");
        for (var length = 0; length < content.Length; length++)
        {
            Assert.Throws<SealException>(() => seals.Open(content[..length], "certificate"));
        }
    }

    [Fact]
    public void Without_the_key_it_says_that_the_key_is_missing()
    {
        var other = Directory.CreateTempSubdirectory("ssp-keys-").FullName;
        try
        {
            using var seals = new Seals(folder);
            using var strangers = new Seals(other);
            var content = seals.Seal(Secret, "certificate");
            Assert.Equal(SealFault.KeyMissing, Assert.Throws<SealException>(() => strangers.Open(content, "certificate")).Fault);
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public void After_a_new_key_the_old_seals_open_and_new_ones_use_the_new_key()
    {
        using var seals = new Seals(folder);
        var before = seals.Seal(Secret, "certificate");
        seals.RenewKey();
        var after = seals.Seal(Secret, "certificate");
        Assert.Equal(Secret, seals.Open(before, "certificate"));
        Assert.Equal(Secret, seals.Open(after, "certificate"));
        Assert.NotEqual(before[4..20], after[4..20]);
    }

    [Fact]
    public void A_running_portal_opens_what_was_sealed_under_a_key_made_beside_it()
    {
        using var running = new Seals(folder);
        using var command = new Seals(folder);
        command.RenewKey();
        Assert.Equal(Secret, running.Open(command.Seal(Secret, "certificate"), "certificate"));
    }

    [Fact]
    public void A_running_portal_seals_under_a_key_that_was_just_made_beside_it()
    {
        using var running = new Seals(folder);
        var before = running.Seal(Secret, "certificate");
        using var command = new Seals(folder);
        command.RenewKey();

        var after = running.Seal(Secret, "certificate");

        // The id of the key stands there, after the mark of the library.
        Assert.NotEqual(before[4..20], after[4..20]);
        Assert.Equal(command.Seal(Secret, "certificate")[4..20], after[4..20]);
    }

    [Fact]
    public async Task Portals_that_begin_together_in_an_empty_folder_open_each_others_seals()
    {
        var portals = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new Seals(folder))));
        foreach (var content in portals.Select(portal => portal.Seal(Secret, "certificate")).ToList())
        {
            Assert.All(portals, portal => Assert.Equal(Secret, portal.Open(content, "certificate")));
        }

        Array.ForEach(portals, portal => portal.Dispose());
    }

    [Fact]
    public void The_keys_folder_is_made_for_its_owner_alone()
    {
        var made = Path.Combine(folder, "keys");
        using var seals = new Seals(made);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(made).UnixFileMode);
    }

    [Fact]
    public void A_keys_folder_open_to_others_is_refused_with_the_remedy()
    {
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        Assert.Contains("chmod 700", Assert.Throws<SettingsException>(() => new Seals(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_keys_folder_that_is_a_file_is_refused_in_a_sentence()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        Assert.Contains("cannot be made or written", Assert.Throws<SettingsException>(() => new Seals(file)).Message, StringComparison.Ordinal);
    }
}
