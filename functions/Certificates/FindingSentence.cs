using Ssp.Certificates.P12;
using Ssp.Http;

namespace Ssp.Certificates;

public static class FindingSentence
{
    /// <summary>The finding in words.</summary>
    public static Sentence Sentence(this Finding finding) => new Sentence(finding.Key, [.. finding.Values]);
}
