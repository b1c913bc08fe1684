using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ssp.Tests.Support;

namespace Ssp.Tests.Architecture;

/// <summary>
/// What is secret is compared by <c>Secrets.Same</c> or <c>CryptographicOperations.FixedTimeEquals</c>, which take as long whatever is wrong: the time of a
/// plain comparison tells how much of a guess is right. A value counts as secret when its name says so.
/// </summary>
public sealed partial class SecretComparisonTests(Stack stack)
{
    private const string HashesOfTheTrail = "hashes of events are no secrets: they are printed, forwarded and kept elsewhere";

    /// <summary>Files that may compare plainly, and why nobody learns a secret by it.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["Accounts/ChangePassword.cs"] = "compares what one person typed into two fields",
        ["Accounts/PasswordRules.cs"] = "looks for repeats within a password that is being chosen",
        ["Audit/AuditStore.cs"] = HashesOfTheTrail,
        ["Audit/ChainCheck.cs"] = HashesOfTheTrail,
        ["Audit/VerifyCommand.cs"] = HashesOfTheTrail,
        ["Audit/Forwarding/TrailForwarder.cs"] = HashesOfTheTrail,
        ["Certificates/P12/P12Key.cs"] = "asks whether the private number in a file is one of its curve; who sends the file knows it",
    };

    private static readonly string[] Comparing = ["Equals", "SequenceEqual", "Compare", "CompareOrdinal", "CompareTo", "SequenceCompareTo"];

    [Fact]
    public void No_secret_is_compared_in_a_time_that_tells_of_it()
    {
        var root = Path.Combine(stack.Repository.Root, "functions");
        var files = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal));

        var found = files.SelectMany(file => ListComparisons(File.ReadAllText(Path.Combine(root, file))).Select(text => (File: file, Text: text))).ToList();

        var plain = found.Where(one => !Exceptions.ContainsKey(one.File)).Select(one => $"{one.File}: {one.Text}").ToList();
        Assert.True(plain.Count == 0, string.Join('\n', plain));
        // What is no longer needed goes.
        Assert.Empty(Exceptions.Keys.Except(found.Select(one => one.File)));
    }

    [Theory]
    [InlineData("one.SecretHash == two.SecretHash")]
    [InlineData("password != again")]
    [InlineData("given?.CsrfToken == expected")]
    [InlineData("mac.SequenceEqual(other)")]
    [InlineData("bytes.AsSpan().SequenceEqual(mac)")]
    [InlineData("string.Equals(text, sessionSecret, StringComparison.Ordinal)")]
    [InlineData("password[i] == text[i]")]
    public void Such_a_comparison_is_found(string code) => Assert.Single(ListComparisons($"class X {{ bool Y() => {code}; }}"));

    [Theory]
    [InlineData("password is null")]
    [InlineData("password == null")]
    [InlineData("password.Length == 0")]
    [InlineData("field == \"password\"")]
    [InlineData("check != PasswordCheck.Wrong")]
    [InlineData("Secrets.Same(secret, other)")]
    [InlineData("machine == other")]
    public void What_tells_nothing_is_left_alone(string code) => Assert.Empty(ListComparisons($"class X {{ bool Y() => {code}; }}"));

    private static IEnumerable<string> ListComparisons(string code) =>
        CSharpSyntaxTree.ParseText(code).GetRoot().DescendantNodes()
            .Where(node => ListCompared(node) is [_, _, ..] compared && compared.Any(IsSecret) && !compared.Any(IsFixed))
            .Select(node => node.ToString());

    /// <summary>What a node compares with each other; nothing when it compares nothing.</summary>
    private static IReadOnlyList<ExpressionSyntax> ListCompared(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax binary when binary.Kind() is SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression => [binary.Left, binary.Right],
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax called } call when Comparing.Contains(called.Name.Identifier.Text) =>
            [called.Expression, .. call.ArgumentList.Arguments.Select(argument => argument.Expression)],
        _ => [],
    };

    private static bool IsFixed(ExpressionSyntax value) => value is LiteralExpressionSyntax;

    private static bool IsSecret(ExpressionSyntax value) => SecretWord().IsMatch(NameOf(value));

    private static string NameOf(ExpressionSyntax value) => value switch
    {
        IdentifierNameSyntax name => name.Identifier.Text,
        MemberAccessExpressionSyntax member => member.Name.Identifier.Text,
        MemberBindingExpressionSyntax member => member.Name.Identifier.Text,
        ConditionalAccessExpressionSyntax conditional => NameOf(conditional.WhenNotNull),
        ElementAccessExpressionSyntax element => NameOf(element.Expression),
        ParenthesizedExpressionSyntax inner => NameOf(inner.Expression),
        PostfixUnaryExpressionSyntax suppressed => NameOf(suppressed.Operand),
        // A part or a view of it: password.AsSpan(1).
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax view } when view.Name.Identifier.Text is "AsSpan" or "ToArray" or "Trim" =>
            NameOf(view.Expression),
        _ => "",
    };

    // As the last word of a name: SecretHash, csrfToken, NewPasswordAgain; a PasswordLength is none.
    [GeneratedRegex("(^(password|token|hash|mac|secret)|Password|Token|Hash|Mac|Secret)(Again)?$")]
    private static partial Regex SecretWord();
}
