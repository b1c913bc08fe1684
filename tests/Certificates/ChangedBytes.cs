namespace Ssp.Tests.Certificates;

/// <summary>Bytes with some of them changed at random, in ways that hurt readers of ASN.1.</summary>
internal static class ChangedBytes
{
    public static byte[] Of(byte[] content, Random random)
    {
        var changed = content.ToList();
        for (var times = random.Next(1, 5); times > 0 && changed.Count > 4; times--)
        {
            var place = random.Next(changed.Count);
            var length = Math.Min(random.Next(1, 40), changed.Count - place);
            switch (random.Next(7))
            {
                case 0:
                    changed[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    changed[place] = (byte)random.Next(256);
                    break;
                case 2:
                    // The bytes that mean something to ASN.1.
                    changed[place] = ((byte[])
                    [
                        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x24, 0x30, 0x31, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x88, 0xA0, 0xFF,
                    ])[random.Next(19)];
                    break;
                case 3:
                    changed.RemoveRange(place, length);
                    break;
                case 4:
                    changed.InsertRange(place, changed.GetRange(random.Next(changed.Count - length), length));
                    break;
                case 5:
                    changed.InsertRange(place, StructureCases.RandomOf(random.Next(1, 20)));
                    break;
                default:
                    changed.RemoveRange(place, changed.Count - place);
                    break;
            }
        }

        return [.. changed];
    }
}
