namespace Ssp.Hosting.Worker;

/// <summary>The worker ended while it was asked, or while a function ran.</summary>
internal sealed class WorkerGoneException() : Exception("The worker has ended.");
