/**
 * Checks that no public route exposes another one: it has no authorizer, so that nothing refuses a
 * value that a back end reads as a route beside it, nor a method that a POST names.
 */

import { emptyRow, hasBit, rowFromHex } from '../../../lambda/core/model/bits.ts';
import type { ModelFile } from '../../../lambda/core/model/model-file.ts';
import {
  confusableRoutesOf,
  overriddenByPost,
} from '../../../lambda/core/path/confusable-templates.ts';
import { routeTable } from '../../../lambda/core/path/route-table.ts';
import type { Report } from '../report/cursor.ts';
import { code } from '../report/problems.ts';
import type { AccessRule } from './rules-section.ts';

type Model = Pick<ModelFile, 'routes' | 'public' | 'exactPaths' | 'reportPaths'>;

export function checkPublicConfusable(
  { routes, public: publicHex, exactPaths, reportPaths }: Model,
  publicRules: readonly AccessRule[],
  report: Report,
): void {
  const wordCount = Math.ceil(routes.length / 32);
  const isPublic = rowFromHex(publicHex, wordCount);
  const rowOf = (hex: string | undefined) =>
    hex === undefined ? emptyRow(wordCount) : rowFromHex(hex, wordCount);
  const [exact, reported] = [rowOf(exactPaths), rowOf(reportPaths)];
  const places = new Map(routes.map(({ key }, index) => [key, index]));
  const { trees } = routeTable(routes.map(({ key }) => key));
  const said = new Set<string>();
  routes.forEach(({ key }, index) => {
    if (!hasBit(isPublic, index) || hasBit(exact, index)) return;
    const isClosed = (other: string): boolean => !hasBit(isPublic, places.get(other) ?? index);
    const spelled = confusableRoutesOf(trees, key).find((other) => isClosed(other.key))?.key;
    const closed = spelled ?? overriddenByPost(trees, key).find(isClosed);
    const rule = publicRules.find((one) => hasBit(one.routes, index));
    if (closed === undefined || rule === undefined) return;
    // A POST without parameters is one route that somebody has named, and few back ends read its
    // header or query.
    const isNamedAlone = spelled === undefined && !/[{$]/.test(key);
    const isWarned = isNamedAlone || hasBit(reported, index);
    // One entry with GET and HEAD, such as `$default`, makes the same route public by both.
    const once = `${isWarned} ${rule.place.path} ${closed}`;
    if (said.has(once)) return;
    said.add(once);
    const tell = isWarned ? report.warn : report.error;
    const says = spelled === undefined ? saysOverridden(key, closed) : saysSpelled(key, closed);
    tell('PUBLIC_BESIDE_CLOSED', rule.place.path, { says });
  });
}

const saysSpelled = (key: string, closed: string): string =>
  `${code(key)} is \`public\`, so nothing refuses a path of it that a back end reads as ${code(closed)}, which is not; expected both, neither, or \`paths: exact\` on the first if the back end reads paths exactly`;

const saysOverridden = (key: string, closed: string): string =>
  `${code(key)} is \`public\`, so nothing refuses a call of it whose query (\`_method\`) or header (X-HTTP-Method-Override) makes it ${code(closed)}, which is not; expected both, neither, or \`paths: exact\` if the back end takes no method there`;
