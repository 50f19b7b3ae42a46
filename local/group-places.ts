import { AccessMap } from '../lib/access-map/index.ts';
import { escapePointer } from '../lib/access-map/report/problems.ts';

/**
 * Where groups stand in a map, such as `access.yaml:43:3`: the line to change for a refusal that no
 * rule made. The map is read when that is first asked.
 */
export function groupPlaces(file: string): (group: string) => string | undefined {
  let read: ReturnType<typeof AccessMap.check> | undefined;
  return (group) => {
    read ??= AccessMap.check(file, { loopbackIssuer: true });
    const { source, line, column } = read.placeOf(`/groups/${escapePointer(group)}`, 'key');
    return line === undefined ? undefined : `${source}:${line}:${column ?? 1}`;
  };
}
