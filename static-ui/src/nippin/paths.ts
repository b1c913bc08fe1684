// Where the pages of the room stand; the home page knows no more of them than this.
export const nippinPath = (organizationId: string) => `/organizations/${organizationId}/nippin`;

export const registryPath = (organizationId: string, registry: string) => `${nippinPath(organizationId)}/registries/${encodeURIComponent(registry)}`;

export const changesPath = (organizationId: string) => `${nippinPath(organizationId)}/changes`;
