using System.Diagnostics.CodeAnalysis;
using Ssp.Certificates.EHealth;

namespace Ssp.Tests.Certificates;

[Trait("Run", "full")]
public sealed class P12HostileTests
{
    // A tenth of what a thread of the server has.
    private const int SmallStack = 160 * 1024;

    // Twice the 32 MiB of scrypt, and what is around it.
    private const long MaxMemory = 80L * 1024 * 1024;

    private static readonly Dictionary<string, HostileFile> Files = HostileFiles.All.ToDictionary(file => file.Name);

    private static readonly Circumstances Today = new(P12Maker.Now, "71000436", "certificate.p12");

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hostile_file_is_answered_with_little_stack_and_memory(string name)
    {
        var file = Files[name];
        var content = file.Make();

        var (verdict, memory) = OnSmallStack(content);

        var refusals = verdict.Findings.Where(finding => finding.Refuses).Select(finding => finding.Code).ToList();
        Assert.True(
            file.Codes.Count == 0 || verdict.Findings.Any(finding => file.Codes.Contains(finding.Code)),
            $"{string.Join(' ', refusals)} instead of {string.Join(" or ", file.Codes)}");
        Assert.InRange(memory, 0, MaxMemory + content.Length);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever it is belongs to the test.")]
    private static (EHealthVerdict Verdict, long Memory) OnSmallStack(byte[] content)
    {
        EHealthVerdict? verdict = null;
        Exception? fault = null;
        long memory = 0;
        var thread = new Thread(
            () =>
            {
                try
                {
                    var before = GC.GetAllocatedBytesForCurrentThread();
                    verdict = EHealthCheck.Of(content, HostileFiles.Password, new CertificateRules(), Today);
                    memory = GC.GetAllocatedBytesForCurrentThread() - before;
                }
                catch (Exception error)
                {
                    fault = error;
                }
            },
            SmallStack);
        thread.Start();
        thread.Join();
        Assert.Null(fault);
        return (verdict!, memory);
    }
}
