using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Ssp.Hd4dp;

namespace Ssp.Nippin;

/// <summary>
/// Links a bounded number of registrations with their messages: the registrations are hashed by what can name their message, then every message is
/// offered once, and each registration keeps the best. Memory depends on how many registrations fit in, never on how many messages pass by.
/// Creation dates never link the two: a message may be made months after its registration (fair-v1.healthdata.be/node/10061/revisions/68502/view).
/// </summary>
/// <param name="nihdi">The hospital; messages that name another one are never used.</param>
public sealed class Linking(string nihdi, int capacity = Linking.DefaultCapacity) : IDisposable
{
    private const int DefaultCapacity = 400_000;
    private const int MaxTextBytes = 64 * 1024 * 1024;
    private const int SlotBits = 15;
    private const int PieceBits = 20;
    private const int MaxForeign = 100_000;

    private readonly byte[] self = Encoding.ASCII.GetBytes(nihdi);
    private readonly HashSet<long> foreign = [];
    // In pieces of one size: an array that doubles leaves its smaller selves behind as rubbish.
    private readonly List<Slot[]> slots = [];
    private readonly List<byte[]> texts = [];
    private int textEnd;
    private int[] byNippinId = [];
    private int[] byCode = [];

    // The way a message was found; a higher one wins.
    private enum Way : byte
    {
        None,
        PreviousCode,
        CurrentCode,
        NippinId,
    }

    public int Count { get; private set; }

    /// <summary>Whether no more registrations fit in.</summary>
    public bool IsFull => Count >= capacity || textEnd >= MaxTextBytes;

    /// <summary>The messages that would have been linked but name another hospital; no more than the first hundred thousand.</summary>
    public IReadOnlyCollection<long> Foreign => foreign;

    /// <summary>Forgets the registrations; what is foreign stays known.</summary>
    public void Clear() => (Count, textEnd) = (0, 0);

    /// <summary>Lets go of all memory at once: whoever ran the comparison may hold this object for a while longer.</summary>
    public void Dispose()
    {
        Clear();
        slots.Clear();
        texts.Clear();
        (byNippinId, byCode) = ([], []);
    }

    public void Add(ImplantRegistration registration)
    {
        if (Count >> SlotBits == slots.Count)
        {
            slots.Add(new Slot[1 << SlotBits]);
        }

        var name = registration.NippinId.Span;
        var number = NumberOf(name);
        At(Count++) = new Slot
        {
            Id = registration.Id,
            // One without a document has its own number only.
            Document = registration.DocumentId.Length == 0 ? HashOf(registration.Id) : HashOf(registration.DocumentId.Span),
            CreatedOn = registration.CreatedOn ?? long.MinValue,
            ImplantDate = registration.ImplantDate ?? int.MinValue,
            Day = registration.Day,
            Code = Keep(registration.Code.Span),
            Name = number is null && name.ContainsAnyExcept((byte)' ') ? KeepLower(name) : default,
            Number = number ?? -1,
        };
    }

    /// <summary>Makes the registrations findable; after it come the messages.</summary>
    public void Close()
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, Count));
        Begin(ref byNippinId, size);
        Begin(ref byCode, size);
        for (var place = 0; place < Count; place++)
        {
            ref var slot = ref At(place);
            if (slot.Number >= 0)
            {
                Chain(byNippinId, HashOf(slot.Number), place, ref slot.NextByNippinId);
            }
            else if (slot.Name.Length > 0)
            {
                Chain(byNippinId, HashOf(TextOf(slot.Name)), place, ref slot.NextByNippinId);
            }

            if (TextOf(slot.Code).ContainsAnyExcept((byte)' '))
            {
                Chain(byCode, HashOf(TextOf(slot.Code)), place, ref slot.NextByCode);
            }
        }
    }

    public void Offer(in MessageLink message)
    {
        var isForeign = NippinRule.NamesAnother(message.Identification.Span, self);
        for (var at = First(byNippinId, HashOf(message.Id)); at > 0; at = At(at - 1).NextByNippinId)
        {
            if (At(at - 1).Number == message.Id)
            {
                Use(at - 1, Way.NippinId, message, isForeign);
            }
        }

        Span<byte> lower = message.MessageId.Length <= 1024 ? stackalloc byte[message.MessageId.Length] : new byte[message.MessageId.Length];
        ToLower(message.MessageId.Span, lower);
        for (var at = lower.Length == 0 ? 0 : First(byNippinId, HashOf(lower)); at > 0; at = At(at - 1).NextByNippinId)
        {
            if (At(at - 1).Number < 0 && TextOf(At(at - 1).Name).SequenceEqual(lower))
            {
                Use(at - 1, Way.NippinId, message, isForeign);
            }
        }

        OfferCode(message.CurrentCode.Span, Way.CurrentCode, message, isForeign);
        OfferCode(message.PreviousCode.Span, Way.PreviousCode, message, isForeign);
    }

    /// <summary>The registration at a place, in the order they were added, with the number of its message.</summary>
    public LinkedRegistration this[int place]
    {
        get
        {
            ref var slot = ref At(place);
            return new LinkedRegistration(
                slot.Id,
                slot.Document,
                slot.CreatedOn == long.MinValue ? null : slot.CreatedOn,
                TextOf(slot.Code),
                slot.ImplantDate == int.MinValue ? null : slot.ImplantDate,
                slot.Day,
                slot.Way == Way.None ? null : slot.Message);
        }
    }

    private void OfferCode(ReadOnlySpan<byte> code, Way way, in MessageLink message, bool isForeign)
    {
        for (var at = code.Length == 0 ? 0 : First(byCode, HashOf(code)); at > 0; at = At(at - 1).NextByCode)
        {
            if (TextOf(At(at - 1).Code).SequenceEqual(code))
            {
                Use(at - 1, way, message, isForeign);
            }
        }
    }

    // Of several found in one way the newest counts, and of those made at one moment the one with the highest number.
    private void Use(int place, Way way, in MessageLink message, bool isForeign)
    {
        if (isForeign)
        {
            if (foreign.Count < MaxForeign)
            {
                foreign.Add(message.Id);
            }

            return;
        }

        ref var slot = ref At(place);
        if ((way, message.CreatedOn, message.Id).CompareTo((slot.Way, slot.MessageCreatedOn, slot.Message)) > 0)
        {
            (slot.Way, slot.MessageCreatedOn, slot.Message) = (way, message.CreatedOn, message.Id);
        }
    }

    private static long? NumberOf(ReadOnlySpan<byte> name) =>
        name.Length > 0
        && !name.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static void Begin(ref int[] heads, int size)
    {
        if (heads.Length < size)
        {
            heads = new int[size];
        }
        else
        {
            Array.Clear(heads);
        }
    }

    // Places are kept as one more than they are, so that 0 ends a chain.
    private static void Chain(int[] heads, ulong hash, int place, ref int next)
    {
        ref var head = ref heads[hash & (ulong)(heads.Length - 1)];
        (next, head) = (head, place + 1);
    }

    private static int First(int[] heads, ulong hash) => heads[hash & (ulong)(heads.Length - 1)];

    private static ulong HashOf(long number) => XxHash3.HashToUInt64(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in number)));

    private static ulong HashOf(ReadOnlySpan<byte> text) => XxHash3.HashToUInt64(text);

    private ref Slot At(int place) => ref slots[place >> SlotBits][place & ((1 << SlotBits) - 1)];

    private Span<byte> TextOf(Text text) => text.Length == 0 ? [] : texts[text.Start >> PieceBits].AsSpan(text.Start & ((1 << PieceBits) - 1), text.Length);

    private Text Keep(ReadOnlySpan<byte> text)
    {
        var place = Room(text.Length);
        text[..place.Length].CopyTo(TextOf(place));
        return place;
    }

    private Text KeepLower(ReadOnlySpan<byte> text)
    {
        var place = Room(text.Length);
        ToLower(text[..place.Length], TextOf(place));
        return place;
    }

    // A text lies in one piece; what is longer than a piece is no code and no number, and can name no message.
    private Text Room(int length)
    {
        const int PieceBytes = 1 << PieceBits;
        if (length is 0 or > PieceBytes)
        {
            return default;
        }

        if ((textEnd & (PieceBytes - 1)) + length > PieceBytes)
        {
            textEnd = ((textEnd >> PieceBits) + 1) << PieceBits;
        }

        while (textEnd >> PieceBits >= texts.Count)
        {
            texts.Add(new byte[PieceBytes]);
        }

        textEnd += length;
        return new Text(textEnd - length, length);
    }

    private static void ToLower(ReadOnlySpan<byte> text, Span<byte> lower)
    {
        for (var i = 0; i < text.Length; i++)
        {
            lower[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
        }
    }

    private readonly record struct Text(int Start, int Length);

    private struct Slot
    {
        public long Id;
        public ulong Document;
        public long CreatedOn;
        public int ImplantDate;
        public int Day;
        public Text Code;
        public Text Name;
        public long Number;
        public int NextByNippinId;
        public int NextByCode;
        public Way Way;
        public long MessageCreatedOn;
        public long Message;
    }
}

/// <summary>A registration with the number of its message.</summary>
/// <param name="document">A hash of its document id: what stays the same when a registration is sent again.</param>
/// <param name="createdOn">Microseconds since 2000 in UTC.</param>
/// <param name="code">The registration code in UTF-8.</param>
/// <param name="implantDate">Days since 2000.</param>
/// <param name="day">Days since 2000, see <see cref="ImplantRegistration"/>.</param>
public readonly ref struct LinkedRegistration(long id, ulong document, long? createdOn, ReadOnlySpan<byte> code, int? implantDate, int day, long? message)
{
    public long Id { get; } = id;

    public ulong Document { get; } = document;

    public long? CreatedOn { get; } = createdOn;

    public ReadOnlySpan<byte> Code { get; } = code;

    public int? ImplantDate { get; } = implantDate;

    public int Day { get; } = day;

    public long? Message { get; } = message;
}
