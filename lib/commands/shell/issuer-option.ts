/** `--issuer`: another issuer in the place of the map's, as `npm start` puts its own there. */
import { Option } from 'commander';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import { code, describeDetail } from '../../access-map/report/problems.ts';
import { type IssuerOptions, issuerFault } from '../../access-map/sections/okta-issuers.ts';
import { UsageError } from './command.ts';

export const issuerOption = (): Option =>
  new Option(
    '--issuer <url>',
    'use this issuer instead of that of the first okta block, e.g. http://127.0.0.1:4001/oauth2/default of `npm start`',
  );

/** @throws UsageError for an issuer that no map can have. */
export function requireIssuer(issuer: string, options?: IssuerOptions): void {
  const fault = issuerFault(issuer, options);
  if (fault)
    throw new UsageError(
      `\`--issuer\`: ${describeDetail({ ...fault.detail, found: code(issuer) })}`,
    );
}

/** @throws UsageError for such an issuer; plain http on a literal loopback address is good. */
export function withIssuer(model: AccessModel, issuer: string | undefined): AccessModel {
  if (issuer === undefined) return model;
  requireIssuer(issuer, { loopbackIssuer: true });
  return {
    ...model,
    okta: model.okta.map((block, at) => (at === 0 ? { ...block, issuers: [issuer] } : block)),
  };
}
