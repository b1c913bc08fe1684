using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Ssp.Entrance;
using Ssp.Identity;

namespace Ssp.Tests.Http;

/// <summary>The Functions host knows no precedence of routes: the first by name that matches wins. So no two may match one path.</summary>
public sealed class RouteTests
{
    // What can stand for a parameter, and every path below /ssp/ that some function might want.
    private static readonly string[] Words =
    [
        "api", "apia", "x", "session", "organizations", "exports", "certificates", "log", "check", "file", "health", "live", "assets",
        "0123456789abcdef0123456789abcdef",
    ];

    private static readonly IReadOnlyList<(string Function, string Method, string Template)> Routes =
    [
        .. from type in typeof(Portal).Assembly.GetTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           from parameter in method.GetParameters()
           let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
           where trigger is not null
           from verb in trigger.Methods!
           select (function.Name, verb.ToUpperInvariant(), trigger.Route!),
    ];

    private static readonly ConcurrentDictionary<string, (TemplateMatcher Matcher, IDictionary<string, IRouteConstraint> Constraints)> Matchers = new();

    [Fact]
    public void No_path_is_claimed_by_two_functions()
    {
        var paths = Routes.SelectMany(route => PathsOf(route.Template)).Concat(["", "x", "x/y", "assets/app.js", "apian", "api"]).Distinct().ToList();

        var claims = from method in Routes.Select(route => route.Method).Distinct()
                     from path in paths
                     let claimed = Routes.Where(route => route.Method == method && Matches(route.Template, path))
                         .Select(route => route.Function)
                         .Distinct()
                         .ToList()
                     where claimed.Count > 1
                     select $"{method} /{path}: {string.Join(", ", claimed)}";

        Assert.True(paths.Count > 50);
        Assert.Empty(claims);
    }

    [Fact]
    public void Every_function_is_found_at_its_own_paths() =>
        Assert.All(Routes, route => Assert.Contains(PathsOf(route.Template), path => Matches(route.Template, path)));

    [Fact]
    public void Every_function_says_its_route_and_methods_and_is_named_as_its_class()
    {
        Assert.All(Routes, route => Assert.False(string.IsNullOrEmpty(route.Template)));
        Assert.All(
            typeof(Portal).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(FunctionAttribute))),
            method => Assert.Equal(NameOf(method), method.GetCustomAttribute<FunctionAttribute>()!.Name));
    }

    // A class that does a kind of job also gives it up: two functions, for a host listens to the queue and to its poison queue.
    private static string NameOf(MethodInfo method) =>
        method.Name == "GiveUp"
            ? method.GetCustomAttribute<FunctionAttribute>()!.Name is var name && name.StartsWith("GiveUpOn", StringComparison.Ordinal) ? name : "GiveUpOn…"
            : method.DeclaringType!.Name;

    [Fact]
    public void What_is_open_without_a_session_is_only_this()
    {
        var names = Routes.Select(route => route.Function).ToHashSet();

        Assert.Equal(["ServeHomePage", "ServePages", "ShowLiveness", "ShowPortal", "ShowReadiness", "SignIn"], names.Where(Permissions.IsOpen).Order());
        Assert.All(GuardSessions.OpenBeforePasswordChange, name => Assert.Contains(name, names));
    }

    [Fact]
    public void Every_function_stands_in_the_permission_table_with_its_call_and_nothing_else_does()
    {
        var built = Routes.Where(route => route.Method != "HEAD")
            .Select(route => $"{route.Function}: {route.Method} {PathOf(route.Template)}")
            .Distinct()
            .Order();

        Assert.Equal(built, Permissions.Routes.Select(route => $"{route.Function}: {route.Call}").Distinct().Order());
    }

    // The API's paths stand in the table without /api; constraints are the host's business.
    private static string PathOf(string template)
    {
        var path = System.Text.RegularExpressions.Regex.Replace(template, @"\{(\*?\w+)[^}]*\}", "{$1}");
        return path.StartsWith("api/", StringComparison.Ordinal) ? path[3..] : $"/{path.Replace("{nothing}", "", StringComparison.Ordinal)}";
    }

    private static IEnumerable<string> PathsOf(string template)
    {
        var parsed = TemplateParser.Parse(template);
        IEnumerable<string> paths = [""];
        foreach (var segment in parsed.Segments)
        {
            var part = segment.Parts[0];
            var words = part.IsParameter ? part.IsCatchAll || part.IsOptional ? [.. Words, ""] : Words : [part.Text!];
            paths = paths.SelectMany(path => words.Select(word => $"{path}/{word}".Trim('/')));
        }

        return paths;
    }

    private static bool Matches(string template, string path)
    {
        var (matcher, constraints) = Matchers.GetOrAdd(template, MatcherOf);
        var values = new RouteValueDictionary();
        return matcher.TryMatch($"/{path}", values)
            && constraints.All(constraint => constraint.Value.Match(new DefaultHttpContext(), null, constraint.Key, values, RouteDirection.IncomingRequest));
    }

    private static (TemplateMatcher Matcher, IDictionary<string, IRouteConstraint> Constraints) MatcherOf(string template)
    {
        var parsed = TemplateParser.Parse(template);
        var options = new RouteOptions();
        options.SetParameterPolicy<RegexInlineRouteConstraint>("regex");
        var resolver = new DefaultInlineConstraintResolver(Options.Create(options), new ServiceCollection().BuildServiceProvider());
        var builder = new RouteConstraintBuilder(resolver, template);
        foreach (var parameter in parsed.Parameters)
        {
            if (parameter.IsOptional)
            {
                builder.SetOptional(parameter.Name!);
            }

            foreach (var constraint in parameter.InlineConstraints)
            {
                builder.AddResolvedConstraint(parameter.Name!, constraint.Constraint);
            }
        }

        return (new TemplateMatcher(parsed, []), builder.Build());
    }
}
