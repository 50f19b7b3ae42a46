import { NAME_FIX, readsAsPattern } from '../../access-map/index.ts';
import { code } from '../../access-map/report/problems.ts';
import { UsageError } from './command.ts';

/** @throws UsageError for a pattern in the place of a name: names are compared letter by letter. */
export function requireName(name: string | undefined, of: keyof typeof NAME_FIX): void {
  if (name === undefined || !readsAsPattern(name)) return;
  const expected = of === 'client' ? 'a client id' : 'a name';
  throw new UsageError(`expected ${expected}, found ${code(name)}: ${NAME_FIX[of]}`);
}
