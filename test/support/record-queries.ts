/** Queries of CloudWatch Logs Insights over decision records: which fields they name. */
import type {
  DecisionRecord,
  RecordedPrincipal,
  RecordedQuota,
  RecordedRule,
} from '../../lambda/core/contract/decision-record.ts';

type Path =
  | keyof DecisionRecord
  | `principal.${keyof RecordedPrincipal}`
  | `quota.${keyof RecordedQuota}`
  | `rule.${keyof RecordedRule}`;

const paths = (...names: readonly Path[]): readonly string[] => names;

/** Fields that our queries may name; the compiler knows those of a record. */
export const RECORD_FIELDS = paths(
  ...(['record', 'v', 'time', 'requestId', 'route', 'effect', 'code', 'reason'] as const),
  ...(['wouldDeny', 'group', 'weight', 'rule.path', 'rule.at', 'quota.name'] as const),
  ...(['principal.kind', 'principal.id', 'principal.cid'] as const),
);

/** Codes that the conditions of a query name. */
export const codesIn = (query: string): readonly string[] =>
  [...query.matchAll(/\bcode (?:=|!=|(?:not )?in|like) (\[[^\]]*\]|"[^"]*")/g)].flatMap(
    ([, named = '']) => [...named.matchAll(/"([^"]*)"/g)].map(([, code = '']) => code),
  );

const PHRASE =
  /^(filter|fields|stats|sort|limit|parse|as|by|and|or|not|like|asc|desc|in|sum|count|count_distinct|earliest|latest|bin|ispresent|\d+m?)$/;

/**
 * Names in a query that are neither of the language, nor of the log itself, nor made by the query.
 */
export function fieldsIn(query: string): readonly string[] {
  const bare = query
    .replace(/^SOURCE .*\n/, '')
    .replaceAll(/\/"[^\n]*\//g, '')
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
  const made = new Set([...query.matchAll(/(?: as |\?<)(\w+)/g)].map(([, alias = '']) => alias));
  const named = [...bare.matchAll(/(?<![@\w.])\w+(?:\.\w+)*/g)].map(([name]) => name);
  return [...new Set(named)].filter((name) => !PHRASE.test(name) && !made.has(name));
}
