using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace Ssp.Certificates.P12;

/// <summary>How a key is made of a password, and what that costs, which is known before it is done.</summary>
internal abstract record P12Derivation(byte[] Salt)
{
    /// <summary>Fewer rounds of PBKDF2 hold up nobody who guesses; RFC 7292 recommends at least 1024.</summary>
    private const int FewRounds = 1_000;

    /// <summary>The rounds where they are so few that they hold up nobody who guesses, else null.</summary>
    public abstract int? TooFewRounds { get; }

    /// <summary>What so many bytes of key and start value cost, in units of <see cref="P12Limits.MaxWork"/>, however long the password is.</summary>
    public abstract long WorkOf(int keyBytes, int startBytes);

    /// <summary>What a password of so many bytes costs on top: one of usual length next to nothing.</summary>
    public abstract long WorkOfPassword(int passwordBytes, int keyBytes, int startBytes);

    /// <summary>The bytes that it takes for a password.</summary>
    public virtual byte[] Take(P12Password password) => password.Bytes;

    /// <param name="startBytes">0 where the file itself gives the start value of the cipher, or none is needed.</param>
    public abstract (byte[] Key, byte[] Start) Derive(byte[] password, int keyBytes, int startBytes);

    /// <summary>PKCS#12's own (RFC 7292, appendix B).</summary>
    public sealed record Pkcs12(P12Digest Digest, byte[] Salt, int Rounds) : P12Derivation(Salt)
    {
        public override int? TooFewRounds => Rounds == 1 ? Rounds : null;

        // All rounds are done for each digest that it takes to fill the key, and for each that fills the start value.
        public override long WorkOf(int keyBytes, int startBytes) => AllBlocks(keyBytes, startBytes) * Rounds * Digest.Weight;

        // The first round of each block takes in salt and password.
        public override long WorkOfPassword(int passwordBytes, int keyBytes, int startBytes) =>
            AllBlocks(keyBytes, startBytes) * Digest.WorkOf(passwordBytes + Salt.Length);

        public override byte[] Take(P12Password password) => password.Bmp;

        public override (byte[] Key, byte[] Start) Derive(byte[] password, int keyBytes, int startBytes)
        {
            var generator = new Pkcs12ParametersGenerator(Digest.Make());
            generator.Init(password, Salt, Rounds);
            return Parts(generator, keyBytes, startBytes);
        }

        /// <summary>The key of a MAC, which is made as the key of a cipher but with a mark of its own.</summary>
        public byte[] DeriveForMac(byte[] password, int keyBytes)
        {
            var generator = new Pkcs12ParametersGenerator(Digest.Make());
            generator.Init(password, Salt, Rounds);
            return ((KeyParameter)generator.GenerateDerivedMacParameters(8 * keyBytes)).GetKey();
        }

        private long AllBlocks(int keyBytes, int startBytes) => Blocks(keyBytes, Digest.Bytes) + Blocks(startBytes, Digest.Bytes);
    }

    /// <summary>PBKDF1 of PKCS#5's first schemes, PBES1. As OpenSSL does, it takes the password in UTF-8.</summary>
    public sealed record Pbkdf1(P12Digest Digest, byte[] Salt, int Rounds) : P12Derivation(Salt)
    {
        public override int? TooFewRounds => Rounds == 1 ? Rounds : null;

        public override long WorkOf(int keyBytes, int startBytes) => (long)Rounds * Digest.Weight;

        public override long WorkOfPassword(int passwordBytes, int keyBytes, int startBytes) => Digest.WorkOf(passwordBytes + Salt.Length);

        public override (byte[] Key, byte[] Start) Derive(byte[] password, int keyBytes, int startBytes)
        {
            var generator = new Pkcs5S1ParametersGenerator(Digest.Make());
            generator.Init(password, Salt, Rounds);
            return Parts(generator, keyBytes, startBytes);
        }
    }

    /// <summary>PBKDF2 (RFC 8018).</summary>
    public sealed record Pbkdf2(P12Digest Digest, byte[] Salt, int Rounds) : P12Derivation(Salt)
    {
        public override int? TooFewRounds => Rounds < FewRounds ? Rounds : null;

        // All rounds are done for each digest that it takes to fill the key.
        public override long WorkOf(int keyBytes, int startBytes) =>
            Blocks(keyBytes, Digest.Bytes) * Rounds * Digest.RoundWeight;

        public override long WorkOfPassword(int passwordBytes, int keyBytes, int startBytes) =>
            Digest.WorkOf(passwordBytes) + (Blocks(keyBytes, Digest.Bytes) * Digest.WorkOf(Salt.Length));

        public override (byte[] Key, byte[] Start) Derive(byte[] password, int keyBytes, int startBytes)
        {
            if (Digest.Runtime is { } name)
            {
                return (Rfc2898DeriveBytes.Pbkdf2(password, Salt, Rounds, name, keyBytes), []);
            }

            var generator = new Pkcs5S2ParametersGenerator(Digest.Make());
            generator.Init(password, Salt, Rounds);
            return (((KeyParameter)generator.GenerateDerivedMacParameters(8 * keyBytes)).GetKey(), []);
        }
    }

    /// <summary>scrypt (RFC 7914).</summary>
    public sealed record Scrypt(byte[] Salt, int Cost, int BlockSize, int Parallel) : P12Derivation(Salt)
    {
        public override int? TooFewRounds => null;

        // Each of its N · p steps mixes 2 · r blocks of 64 bytes, twice. And 128 · r · p bytes come out of PBKDF2 and go into it, which is as much as ten
        // steps more.
        public override long WorkOf(int keyBytes, int startBytes) => 4L * BlockSize * Parallel * (Cost + 10L);

        public override long WorkOfPassword(int passwordBytes, int keyBytes, int startBytes) => 2 * P12Digest.Sha1.WorkOf(passwordBytes + Salt.Length);

        public override (byte[] Key, byte[] Start) Derive(byte[] password, int keyBytes, int startBytes) =>
            (SCrypt.Generate(password, Salt, Cost, BlockSize, Parallel, keyBytes), []);
    }

    private static long Blocks(int bytes, int digestBytes) => (bytes + digestBytes - 1) / digestBytes;

    private static (byte[] Key, byte[] Start) Parts(PbeParametersGenerator generator, int keyBytes, int startBytes)
    {
        // The name of a cipher only decides what the bytes are wrapped in; of RC4 in nothing.
        if (startBytes == 0)
        {
            return (((KeyParameter)generator.GenerateDerivedParameters("RC4", 8 * keyBytes)).GetKey(), []);
        }

        var both = (ParametersWithIV)generator.GenerateDerivedParameters("RC4", 8 * keyBytes, 8 * startBytes);
        return (((KeyParameter)both.Parameters).GetKey(), both.GetIV());
    }
}
