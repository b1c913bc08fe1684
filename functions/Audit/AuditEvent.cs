namespace Ssp.Audit;

public enum AuditResult
{
    /// <summary>Written before a change is tried; <see cref="Done"/> or <see cref="Failed"/> follows under the same operation.</summary>
    Requested,
    Done,
    Failed,

    /// <summary>Somebody tried what they may not do.</summary>
    Refused,
}

/// <summary>What is done.</summary>
/// <param name="Name">A fixed word in snake_case, such as member_added.</param>
/// <param name="Object">What it is done to, in words: an address, a title, a file.</param>
/// <param name="OrganizationId">
/// In whose trail it stands; null: in the installation's. Only the id of an organisation that exists: each gets a trail of its own.
/// </param>
/// <param name="Details">Short, such as "roles: dp_manager → none". Never a secret, never a patient's value.</param>
#pragma warning disable CA1720 // The type object is not meant: actor, action and object are the words of every audit trail.
public sealed record AuditAction(string Name, string Object, string? OrganizationId = null, string? Details = null);
#pragma warning restore CA1720

/// <summary>Who does it, and where from; what is not known is null.</summary>
/// <param name="Actor">An e-mail address, or what somebody who is not signed in claims to be.</param>
/// <param name="ActorId">The account; null for the portal itself and for somebody unknown.</param>
/// <param name="Session">The first 16 hex digits of the hash under which the session is stored.</param>
/// <param name="RequestId">The number of the request, or of the run of a queue or timer function.</param>
public sealed record AuditActor(string? Actor, string? ActorId = null, string? Session = null, string? RequestId = null, string? Address = null)
{
    /// <summary>The portal by itself, in a timer function say.</summary>
    public static AuditActor Portal(string? requestId = null) => new(null, RequestId: requestId);
}

/// <summary>One event as it stands in the trail.</summary>
/// <param name="Chain">The organisation's id, or <see cref="Installation"/>.</param>
/// <param name="Number">Its place in the chain, from 1.</param>
/// <param name="Operation">Ties a <see cref="AuditResult.Requested"/> to its end.</param>
public sealed record AuditEvent(string Chain, long Number, DateTimeOffset At, AuditActor By, AuditAction Action, AuditResult Result, string? Operation)
{
    /// <summary>The chain of events that concern no organisation.</summary>
    public const string Installation = "installation";
}

/// <summary>An event as it lies in storage: its canonical text, the hash of the one before, and the hash over both.</summary>
public sealed record StoredEvent(long Number, string Text, string Previous, string Hash);

/// <summary>Where a chain ends.</summary>
/// <param name="Count">The number of the last event.</param>
public sealed record ChainEnd(string Chain, long Count, string Hash, DateTimeOffset LastAt)
{
    /// <summary>A chain without events.</summary>
    public static ChainEnd Beginning(string chain) => new(chain, 0, AuditHash.Beginning, DateTimeOffset.MinValue);
}
