/** Why a server gives no token that the authorizer takes. */
import type { OktaCodeOf, OktaFindingCode } from '../../lambda/core/contract/okta-findings.ts';
import { code } from '../access-map/report/problems.ts';
import type { DesiredServer } from './desired-org.ts';
import { issuerFault } from './issuers.ts';
import type { ServerState } from './state.ts';
import { error, type VerifyFinding } from './verify-finding.ts';

type ServerError = VerifyFinding<OktaCodeOf<'why'>, 'error'>;
type ServerWarning = VerifyFinding<OktaFindingCode, 'warning'>;

/** @returns errors alone: each makes every token of the server useless */
export const serverFaults = (server: ServerState, wanted: DesiredServer): readonly ServerError[] =>
  [...identityFaults(server, wanted), ...encryptionFaults(server)].filter(
    (fault) => fault.level === 'error',
  );

/** What the maps may set right: whether the server is active, its audience and its issuer. */
export function identityFaults(
  server: ServerState,
  wanted: DesiredServer,
): readonly (ServerError | ServerWarning)[] {
  const { status, audiences, name } = server;
  const fault = issuerFault(wanted, server);
  return [
    ...(status === 'ACTIVE'
      ? []
      : [error('SERVER_INACTIVE', `authorization server ${code(name)} is not active`)]),
    ...(audiences.includes(wanted.audience)
      ? []
      : [
          error(
            'SERVER_AUDIENCE',
            `server ${code(name)} has the audience ${code(audiences.join())}, the map expects ${code(wanted.audience)}`,
          ),
        ]),
    ...(fault ? [fault] : []),
  ];
}

/** What only an administrator can set right. */
export function encryptionFaults({ name, json }: ServerState): readonly ServerError[] {
  const encrypted = json['accessTokenEncryptedResponseAlgorithm'];
  if (typeof encrypted !== 'string' || encrypted === '') return [];
  return [
    error(
      'SERVER_ENCRYPTS_TOKENS',
      `server ${code(name)} encrypts access tokens (${code(encrypted)}): the authorizer cannot read them`,
    ),
  ];
}
