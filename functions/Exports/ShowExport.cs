using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Ssp.Hd4dp;
using Ssp.Http;

namespace Ssp.Exports;

public sealed class ShowExport(ExportAccess access, RegistryCatalog catalog)
{
    [Function(nameof(ShowExport))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/organizations/{organizationId}/exports/{exportId}")] HttpRequest request,
        string organizationId, string exportId, CancellationToken cancel) =>
        Json.Answer(ExportView.Of(
            await access.RequireExportAsync(request, nameof(ShowExport), organizationId, exportId, cancel), Texts.LanguageOf(request), catalog));
}
