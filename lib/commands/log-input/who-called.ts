import { code } from '../../access-map/report/problems.ts';
import type { ChangedCalls } from '../../audit-log/changed-calls.ts';
import { escapeControls, pluralize } from '../shell/io.ts';

/** `3 users (00u1, 00u2, 00u3) of readers with contractors` */
export function whoCalled({
  kind,
  callers,
  names,
  groups,
}: Pick<ChangedCalls, 'kind' | 'callers' | 'names' | 'groups'>): string {
  if (kind === undefined) return 'callers unknown';
  const more = callers > names.length ? ', ...' : '';
  const named = `${pluralize(callers, kind)} (${names.map(escapeControls).join(', ')}${more})`;
  if (groups.length > 0) return `${named} with ${groups.map(code).join(' and ')}`;
  return kind === 'user' ? `${named} without a mapped group` : named;
}
