using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Ssp.Settings;

namespace Ssp.Storage;

/// <summary>
/// Encrypts what must not lie in the clear in storage: AES-256-GCM by ASP.NET Core Data Protection, under keys in a folder outside the storage account.
/// Each seal is bound to a purpose, such as an organisation and a certificate: moved to another record it does not open. Keys are never deleted,
/// for everything sealed under one depends on it.
/// </summary>
public sealed class Seals : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // A sealed content begins with Data Protection's mark of four bytes and the sixteen of the key's id.
    private const int MarkBytes = 4;
    private const int HeaderBytes = MarkBytes + 16;
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(90);

    private readonly DirectoryInfo folder;
    private readonly Lock reading = new();
    private volatile KeyRing ring;

    /// <exception cref="SettingsException">The folder cannot be made or written, or other accounts of the machine can look into it.</exception>
    public Seals(string keysFolder)
    {
        folder = new DirectoryInfo(keysFolder);
        RequirePrivate();
        ring = new KeyRing(folder);
    }

    /// <summary>Seals under the newest key in the folder, also when another process has just made it.</summary>
    public byte[] Seal(byte[] content, params string[] purpose)
    {
        var done = NewestRing().Protector(purpose).Protect(content);
        // Under a key that was made just now, for the one before is old: reading the folder again makes it durable.
        RingWithKey(KeyOf(done));
        return done;
    }

    /// <exception cref="SealException">The key is not in the folder, or the content is not what was sealed for this purpose.</exception>
    public byte[] Open(byte[] content, params string[] purpose)
    {
        if (content.Length < HeaderBytes)
        {
            throw new SealException(SealFault.Altered);
        }

        if (RingWithKey(KeyOf(content)) is not { } keys)
        {
            throw new SealException(SealFault.KeyMissing);
        }

        try
        {
            return keys.Protector(purpose).Unprotect(content);
        }
        catch (CryptographicException)
        {
            // Which byte is wrong is nobody's business, and the original message may quote some.
            throw new SealException(SealFault.Altered);
        }
    }

    /// <summary>Makes a new key, under which everything is sealed from now on. What was sealed before opens as before.</summary>
    public void RenewKey()
    {
        lock (reading)
        {
            var now = DateTimeOffset.UtcNow;
            ring.Keys.CreateNewKey(now, now + KeyLifetime);
            Replace();
        }
    }

    public void Dispose() => ring.Dispose();

    private static Guid KeyOf(byte[] content) => new(content.AsSpan(MarkBytes, HeaderBytes - MarkBytes));

    // Another portal, or the command that renews the key, may have added one since the folder was read.
    private KeyRing? RingWithKey(Guid key)
    {
        if (ring.Has(key))
        {
            return ring;
        }

        lock (reading)
        {
            if (!ring.Has(key))
            {
                Replace();
            }

            return ring.Has(key) ? ring : null;
        }
    }

    private KeyRing NewestRing()
    {
        if (ring.Files.SetEquals(KeyFiles(folder)))
        {
            return ring;
        }

        lock (reading)
        {
            if (!ring.Files.SetEquals(KeyFiles(folder)))
            {
                Replace();
            }

            return ring;
        }
    }

    private static HashSet<string> KeyFiles(DirectoryInfo folder) => [.. folder.EnumerateFiles("*.xml").Select(file => file.Name)];

    // The old ring is not disposed of: somebody may be sealing with it this moment, and it holds nothing but memory.
    private void Replace() => ring = new KeyRing(folder);

    private void RequirePrivate()
    {
        try
        {
            var above = new List<string>();
            for (var one = folder.FullName; !Directory.Exists(one); one = above[^1])
            {
                above.Add(Path.GetDirectoryName(one)!);
            }

            if (OperatingSystem.IsWindows())
            {
                folder.Create();
            }
            else
            {
                Directory.CreateDirectory(folder.FullName, OwnerOnly);
            }

            above.ForEach(DiskSync.Entries);

            var path = Path.Combine(folder.FullName, $".trial-{Guid.NewGuid():N}");
            using var trial = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The folder of the keys, {folder.FullName}, cannot be made or written by the portal's account.");
        }

        // On Windows the folder's own access list decides, and there is no such mode.
        if (!OperatingSystem.IsWindows() && (folder.UnixFileMode & ~OwnerOnly) != 0)
        {
            throw new SettingsException($"Other accounts of this machine can look into the folder of the keys: chmod 700 {folder.FullName}");
        }
    }

    /// <summary>The keys as they lay in the folder when it was read.</summary>
    private sealed class KeyRing : IDisposable
    {
        private readonly ServiceProvider parts;
        private readonly IDataProtectionProvider provider;
        private readonly HashSet<Guid> ids;

        public KeyRing(DirectoryInfo folder)
        {
            var services = new ServiceCollection();
            services.AddDataProtection()
                .SetApplicationName("ssp")
                .PersistKeysToFileSystem(folder)
                .SetDefaultKeyLifetime(KeyLifetime)
                .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
            parts = services.BuildServiceProvider();
            provider = parts.GetRequiredService<IDataProtectionProvider>();
            Keys = parts.GetRequiredService<IKeyManager>();
            // The first seal in an empty folder makes its key.
            provider.CreateProtector("first").Protect([]);
            Files = KeyFiles(folder);
            // Before anything is sealed: what is sealed must not outlive its key when the power fails.
            foreach (var file in Files)
            {
                DiskSync.File(Path.Combine(folder.FullName, file));
            }

            DiskSync.Entries(folder.FullName);
            ids = [.. Keys.GetAllKeys().Select(key => key.KeyId)];
        }

        /// <summary>The names of the keys' files, which tell whether there is another key.</summary>
        public HashSet<string> Files { get; }

        public IKeyManager Keys { get; }

        public bool Has(Guid key) => ids.Contains(key);

        public IDataProtector Protector(string[] purpose) => provider.CreateProtector(purpose);

        public void Dispose() => parts.Dispose();
    }
}

/// <summary>Why a seal does not open.</summary>
public enum SealFault
{
    /// <summary>Its key is not in the folder of the keys: the folder is another one, or was not restored.</summary>
    KeyMissing,

    /// <summary>The content was changed, or was sealed for something else.</summary>
    Altered,
}

/// <summary>A sealed content cannot be opened; the message holds nothing of it.</summary>
public sealed class SealException(SealFault fault) : Exception($"The seal does not open: {fault}")
{
    public SealFault Fault { get; } = fault;
}
