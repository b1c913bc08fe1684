namespace Ssp.Http;

/// <summary>
/// The stable code of a problem for machines, and its two sentences for people. <see cref="ProblemCodes"/> has every one that is in the texts;
/// nothing else makes one, so a problem without sentences does not compile.
/// </summary>
/// <param name="Word">As it stands in the answer, the audit trail and the log.</param>
public readonly record struct ProblemCode(string Word)
{
    public Sentence Title(params object[] values) => new Sentence($"{Word}.title", values);

    public Sentence Detail(params object[] values) => new Sentence($"{Word}.detail", values);

    public override string ToString() => Word;
}
