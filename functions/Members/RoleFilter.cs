using Microsoft.AspNetCore.Http;
using Ssp.Http;
using Ssp.Identity;

namespace Ssp.Members;

/// <summary>The ?role= of a list.</summary>
public static class RoleFilter
{
    /// <exception cref="Problem">400: no role of that name.</exception>
    public static Role? Of(HttpRequest request)
    {
        var word = request.Query["role"].ToString();
        return word.Length == 0 ? null
            : RoleWords.TryParse(word, out var role) ? role
            : throw Problem.Invalid("role", Sentences.Field.Role(RoleWords.All));
    }
}
