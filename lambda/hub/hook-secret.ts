/** The secret of the hook, as Secrets Manager keeps it. */
import type { HookSecret } from '../core/contract/hub.ts';
import { isObject } from '../core/contract/json-object.ts';

/** @throws RangeError for a text that is no secret; it quotes nothing of it. */
export function hookSecretOf(text: string): HookSecret {
  const value: unknown = JSON.parse(text);
  const current = isObject(value) ? value['current'] : undefined;
  const pending = isObject(value) ? value['pending'] : undefined;
  if (typeof current !== 'string' || current === '')
    throw new RangeError('expected the secret of the hook in `current`, found none');
  return { current, ...(typeof pending === 'string' && pending !== '' && { pending }) };
}
