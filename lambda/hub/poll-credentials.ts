/** Credentials of the poll, as Secrets Manager keeps them. */
import type { PollCredentials } from '../core/contract/hub.ts';
import { isObject, membersOf } from '../core/json/json-object.ts';
import { OktaLogError } from './service-token.ts';

/** @throws OktaLogError for a text that has none; it quotes nothing of it. */
export function pollCredentialsOf(text: string): PollCredentials {
  const { clientId, privateKey } = membersOf(text);
  const isKey = (typeof privateKey === 'string' && privateKey !== '') || isObject(privateKey);
  if (typeof clientId === 'string' && clientId !== '' && isKey) return { clientId, privateKey };
  throw new OktaLogError(
    'expected `clientId` and `privateKey` of a service app in the secret of the poll, found others',
  );
}
