using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using Ssp.Http;

namespace Ssp.Entrance;

/// <summary>
/// The built pages beside the program, listed once at start: what is not on the list cannot be asked for, whatever the path looks
/// like. Files under assets/ carry their hash in the name and are cached for ever; the page itself never is.
/// </summary>
public sealed class PageFiles
{
    private const string Page = "index.html";
    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    private readonly FrozenDictionary<string, string> files;

    public PageFiles()
    {
        var root = Path.Combine(AppContext.BaseDirectory, "static-ui");
        files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .ToFrozenDictionary(file => Path.GetRelativePath(root, file).Replace('\\', '/'), StringComparer.Ordinal);
    }

    /// <param name="path">Below /ssp/. A path that names no file is one of the page's own addresses, unless it asks for an asset.</param>
    public IResult Serve(HttpRequest request, string path)
    {
        if (path != Page && files.TryGetValue(path, out var file))
        {
            var isHashed = path.StartsWith("assets/", StringComparison.Ordinal);
            request.HttpContext.Response.Headers.CacheControl = isHashed ? "public, max-age=31536000, immutable" : "no-cache";
            return Send(file);
        }

        if (path.StartsWith("assets/", StringComparison.Ordinal) || !files.TryGetValue(Page, out var page))
        {
            throw Problem.NotFound();
        }

        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return Send(page);
    }

    private static IResult Send(string file)
    {
        var type = ContentTypes.TryGetContentType(file, out var known) ? known : "application/octet-stream";
        var isText = type.StartsWith("text/", StringComparison.Ordinal) || type == "image/svg+xml";
        var changed = File.GetLastWriteTimeUtc(file);
        return TypedResults.PhysicalFile(
            file, isText ? $"{type}; charset=utf-8" : type, lastModified: changed, entityTag: new EntityTagHeaderValue($"\"{changed.Ticks:x}\""));
    }
}
