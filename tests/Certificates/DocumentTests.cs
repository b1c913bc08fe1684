using Ssp.Certificates.EHealth;
using Ssp.Http;
using Ssp.Tests.Support;

namespace Ssp.Tests.Certificates;

public sealed class DocumentTests(Stack stack)
{
    [Fact]
    public void The_document_lists_every_finding_with_its_sentence()
    {
        var page = File.ReadAllLines(Path.Combine(stack.Repository.Root, "infra", "docs", "certificates.md"));
        var findings = Texts.Keys("en").Where(key => key.StartsWith("finding.", StringComparison.Ordinal)).ToList();

        Assert.All(Enumerable.Range(1, CertificateRules.LastFinding), number => Assert.Contains(
            findings, key => key.StartsWith($"finding.P{number:D2}", StringComparison.Ordinal)));
        Assert.All(findings, key => Assert.Single(
            page,
            line => line.StartsWith($"| {key[8..]} |", StringComparison.Ordinal)
                && line.EndsWith($"| {Texts.Say("en", new Sentence(key))} |", StringComparison.Ordinal)));
    }
}
