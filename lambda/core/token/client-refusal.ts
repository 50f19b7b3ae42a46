import { type Refusal, refuse } from '../contract/codes.ts';
import type { AccessModel } from '../model/model.ts';
import type { OktaModel } from '../model/model-file.ts';
import { checkClient } from './token-rules.ts';

/** As its tokens name it: `uid` of a user, whatever it holds. */
export interface TokenClient {
  readonly cid: string;
  readonly uid?: string;
}

/**
 * Why every token of a client is refused, by what is known of its caller without the token.
 * @param block that issued the tokens; without one, nobody whom the map knows has issued them. Who
 * reads a record of another map does not ask then: that map may have the issuer under another name.
 * @param client undefined stands for one that the map accepts.
 */
export function clientRefusal(
  { machines }: Pick<AccessModel, 'machines'>,
  block: OktaModel | undefined,
  client: TokenClient | undefined,
): Refusal | undefined {
  if (block === undefined) return refuse('TOKEN_ISSUER', 'unknown');
  const isMachine = (cid: string): boolean => machines.has(cid);
  return client && checkClient({ ...client }, { okta: block, isMachine });
}
