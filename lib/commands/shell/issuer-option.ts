/** `--issuer`: another issuer in the place of the map's, as `npm start` puts its own there. */
import { Option } from 'commander';
import { isSafeUrl } from '../../../lambda/core/contract/loopback.ts';
import type { AccessModel } from '../../../lambda/core/model/model.ts';
import { UsageError } from './command.ts';

export const issuerOption = (): Option =>
  new Option(
    '--issuer <url>',
    'use this issuer instead of that of the first okta block, e.g. http://127.0.0.1:4001/oauth2/default of `npm start`',
  );

/** @throws UsageError for anything but https, or plain http on a literal loopback address. */
export function withIssuer(model: AccessModel, issuer: string | undefined): AccessModel {
  if (issuer === undefined) return model;
  if (!isSafeUrl(issuer))
    throw new UsageError('`--issuer`: expected an https URL, or plain http on 127.0.0.1');
  return {
    ...model,
    okta: model.okta.map((block, at) => (at === 0 ? { ...block, issuers: [issuer] } : block)),
  };
}
