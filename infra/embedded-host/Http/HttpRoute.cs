using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Ssp.EmbeddedHost.Functions;
using Ssp.EmbeddedHost.Settings;

namespace Ssp.EmbeddedHost.Http;

/// <summary>The template and the methods of an HTTP function.</summary>
internal sealed class HttpRoute
{
    private readonly TemplateMatcher _matcher;
    private readonly IDictionary<string, IRouteConstraint> _constraints;
    private readonly string[]? _methods;

    private HttpRoute(Function function, string template, string[]? methods, IInlineConstraintResolver resolver)
    {
        Function = function;
        _methods = methods is { Length: > 0 } ? methods : null;

        var parsed = TemplateParser.Parse(template);
        ParameterNames = [.. parsed.Parameters.Select(parameter => parameter.Name!)];
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

    public IReadOnlyList<string> ParameterNames { get; }

    public static HttpRoute Create(Function function, HttpTriggerAttribute trigger, IConfiguration configuration, IInlineConstraintResolver resolver)
    {
        if (trigger.AuthLevel != AuthorizationLevel.Anonymous)
        {
            throw new IndexingException("this host has no function keys and would leave it open to anyone: write AuthorizationLevel.Anonymous");
        }

        var prefix = (configuration[HostFiles.HostJson + ":extensions:http:routePrefix"] ?? "api").Trim('/');
        var route = string.IsNullOrEmpty(trigger.Route) ? function.Name : trigger.Route;
        return new HttpRoute(function, $"{prefix}/{route.TrimStart('/')}".TrimStart('/'), trigger.Methods, resolver);
    }

    public bool Matches(HttpContext http, RouteValueDictionary values) =>
        (_methods is null || _methods.Contains(http.Request.Method, StringComparer.OrdinalIgnoreCase))
        && _matcher.TryMatch(http.Request.Path, values)
        && _constraints.All(constraint => constraint.Value.Match(http, null, constraint.Key, values, RouteDirection.IncomingRequest));
}
