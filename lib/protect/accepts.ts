import type { AccessMap } from '../access-map/index.ts';

/** Whether the map accepts a finding by its name, wherever it says so. */
export const accepts = ({ api }: AccessMap, finding: string): boolean =>
  api.accept.findings.includes(finding);
