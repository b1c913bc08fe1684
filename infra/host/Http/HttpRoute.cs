using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.Configuration;
using Ssp.Hosting.Settings;
using Ssp.Hosting.Worker;

namespace Ssp.Hosting.Http;

/// <summary>The template and the methods of an HTTP function.</summary>
internal sealed class HttpRoute
{
    private readonly TemplateMatcher _matcher;
    private readonly IDictionary<string, IRouteConstraint> _constraints;
    private readonly IReadOnlyList<string>? _methods;

    private HttpRoute(Function function, string template, IReadOnlyList<string>? methods, IInlineConstraintResolver resolver)
    {
        Function = function;
        _methods = methods is { Count: > 0 } ? methods : null;

        var parsed = TemplateParser.Parse(template);
        var defaults = new RouteValueDictionary();
        var constraints = new RouteConstraintBuilder(resolver, template);
        foreach (var parameter in parsed.Parameters)
        {
            if (parameter.DefaultValue is not null)
            {
                defaults[parameter.Name!] = parameter.DefaultValue;
            }

            if (parameter.IsOptional)
            {
                constraints.SetOptional(parameter.Name!);
            }

            foreach (var constraint in parameter.InlineConstraints)
            {
                constraints.AddResolvedConstraint(parameter.Name!, constraint.Constraint);
            }
        }

        _matcher = new TemplateMatcher(parsed, defaults);
        _constraints = constraints.Build();
    }

    public Function Function { get; }

    /// <exception cref="IndexingException">The function wants a key.</exception>
    /// <exception cref="InvalidOperationException">The route is not understood.</exception>
    public static HttpRoute Create(Function function, IConfiguration configuration, IInlineConstraintResolver resolver)
    {
        var trigger = function.Trigger!;
        if (!string.Equals(trigger.Text("authLevel"), "Anonymous", StringComparison.OrdinalIgnoreCase))
        {
            throw new IndexingException("this host has no function keys and would leave it open to anyone: write AuthorizationLevel.Anonymous");
        }

        var prefix = (configuration[HostFiles.HostJson + ":extensions:http:routePrefix"] ?? "api").Trim('/');
        var route = trigger.Text("route") is { Length: > 0 } given ? given : function.Name;
        try
        {
            return new HttpRoute(function, $"{prefix}/{route.TrimStart('/')}".TrimStart('/'), trigger.Words("methods"), resolver);
        }
        catch (Exception error) when (error is RouteCreationException or ArgumentException or InvalidOperationException)
        {
            // The worker makes one router of all routes: with this one it would answer nobody.
            throw new InvalidOperationException($"The route of the function {function.Name} ({function.EntryPoint}) is not understood. {error.Message}", error);
        }
    }

    public bool Matches(HttpContext http, RouteValueDictionary values) =>
        (_methods is null || _methods.Contains(http.Request.Method, StringComparer.OrdinalIgnoreCase))
        && _matcher.TryMatch(http.Request.Path, values)
        && _constraints.All(constraint => constraint.Value.Match(http, null, constraint.Key, values, RouteDirection.IncomingRequest));
}
