import type { AccessMap } from '../access-map/index.ts';

/** Whether the map accepts a finding by its name, wherever it says so. */
export const accepts = ({ api }: AccessMap, finding: string): boolean =>
  api.accept.findings.includes(finding);

/** Whether the map accepts the authorizer of somebody else on a route. */
export const acceptsForeign = ({ api }: AccessMap, key: string | undefined): boolean =>
  key !== undefined && api.accept.foreign.includes(key);
