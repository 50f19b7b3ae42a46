/** The secret of the hook, as Secrets Manager keeps it. */
import type { HookSecret } from '../core/contract/hub.ts';
import { membersOf } from '../core/contract/json-object.ts';

/** @throws RangeError for a text that is no secret; it quotes nothing of it. */
export function hookSecretOf(text: string): HookSecret {
  const { current, pending } = membersOf(text);
  if (typeof current !== 'string' || current === '')
    throw new RangeError('expected the secret of the hook in `current`, found none');
  return { current, ...(typeof pending === 'string' && pending !== '' && { pending }) };
}
