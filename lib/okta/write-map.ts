/**
 * Puts what Okta has given into a map: issuer, client ids, claims. Every other character of the
 * file stays.
 */
import { isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from 'yaml';
import { appLabel } from '../access-map/index.ts';
import { OktaError } from './okta-error.ts';

export interface Given {
  readonly issuer: string;
  /** Client ids by label. */
  readonly clientIds: ReadonlyMap<string, string>;
  /** All claims that the map must list; empty where it lists them. */
  readonly groupsClaims: readonly string[];
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The text with `okta.issuer`, the `app:LABEL` clients and, if more are needed, `okta.groupsClaim`
 * filled in; the same text where nothing is new. Places come from the document, the text is edited:
 * writing the whole document would change the layout of the file.
 * @param index of the okta block, where the map lists several.
 * @throws OktaError for a map whose okta block is no mapping of its own, e.g. an alias.
 */
export function mapWith(
  text: string,
  { issuer, clientIds, groupsClaims }: Given,
  index = 0,
): string {
  const document = parseDocument(text, { schema: 'failsafe' });
  const all: unknown = document.get('okta', true);
  const okta: unknown = isSeq(all) ? all.get(index, true) : all;
  if (!isMap(okta))
    throw new OktaError(
      'MAP_UNWRITABLE',
      'expected `okta` to be a mapping of its own, `--write` cannot change this one',
    );
  const edits: Edit[] = [];
  const block = okta as YAMLMap;
  // Several hosts of one server are the author's choice; the plan has checked that the id is the
  // same.
  if (block.get('issuer') === undefined)
    edits.push(insertion(text, block, `issuer: ${quoted(issuer)}`));
  edits.push(...clientEdits(block.get('clients', true), clientIds));
  if (groupsClaims.length > 0) edits.push(claimEdit(text, block, groupsClaims));
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce(
      (edited, { from, to, text: with_ }) => edited.slice(0, from) + with_ + edited.slice(to),
      text,
    );
}

/** A key before the first one of a mapping, in the mapping's own style. */
function insertion(text: string, map: YAMLMap, entry: string): Edit {
  const first = (map.items[0]?.key as Node | undefined)?.range?.[0];
  if (first === undefined) throw new OktaError('MAP_UNWRITABLE', 'expected `okta` to have a key');
  if (map.flow) return { from: first, to: first, text: `${entry}, ` };
  const line = text.lastIndexOf('\n', first - 1) + 1;
  return {
    from: first,
    to: first,
    text: `${entry}${text.includes('\r\n') ? '\r\n' : '\n'}${' '.repeat(first - line)}`,
  };
}

function clientEdits(clients: unknown, ids: ReadonlyMap<string, string>): readonly Edit[] {
  if (!isSeq(clients)) return [];
  return clients.items.flatMap((item): readonly Edit[] => {
    if (!isScalar(item) || !item.range) return [];
    const id = ids.get(appLabel(String(item.value)) ?? '');
    return id === undefined || id === ''
      ? []
      : [{ from: item.range[0], to: item.range[1], text: quoted(id) }];
  });
}

function claimEdit(text: string, block: YAMLMap, names: readonly string[]): Edit {
  const value = `[${names.map((name) => JSON.stringify(name)).join(', ')}]`;
  const current: unknown = block.get('groupsClaim', true);
  const range = (current as Node | undefined)?.range;
  if (!range) return insertion(text, block, `groupsClaim: ${value}`);
  // A block list begins on the line of its first item; its text ends before the line break.
  const end = text.slice(range[0], range[1]).trimEnd().length;
  return { from: range[0], to: range[0] + end, text: value };
}

/** As YAML writes the text in a flow list, so quotes come only where they are needed. */
function quoted(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9:/._-]*$/.test(text) && !text.endsWith(':')
    ? text
    : JSON.stringify(text);
}
