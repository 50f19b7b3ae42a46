/**
 * Blocks of output in the pages are what the code prints, of the example map where they say no
 * other.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { RefusalCode } from '../../lambda/core/contract/codes.ts';
import { AccessMap } from '../../lib/access-map/index.ts';
import { createDecisionPrinter } from '../../local/decision-lines.ts';
import { refusalPlaces } from '../../local/refusal-places.ts';
import { capture, EXAMPLE, project } from '../lib/commands/project.ts';
import { RECORD_FIELDS } from '../support/wire/operations.ts';
import { REFUSALS } from '../support/wire/refusals.ts';
import { codeBlocks, tokensOf } from './support/code-blocks.ts';
import { runCommand } from './support/run-command.ts';

const ofKind = (kind: string) => codeBlocks().filter(({ attributes }) => attributes === kind);
const folder = project({ 'access.yaml': EXAMPLE });

const fields = new Set(RECORD_FIELDS);

describe('what commands print of the example map', () => {
  const blocks = ofKind('run');
  const pages = [...new Set(blocks.map(({ page }) => page))];

  test('stands on more than one page', () => {
    expect(pages).toEqual(expect.arrayContaining(['docs/how-to/who-may-call.md']));
    expect(blocks.length).toBeGreaterThanOrEqual(14);
  });

  test.each(pages)('%s', async (page) => {
    let printed = '';
    for (const { language, text } of blocks.filter((block) => block.page === page)) {
      const lines = text.trimEnd();
      if (language !== 'sh') {
        expect(printed).toContain(lines);
        continue;
      }
      const { code, output } = await runCommand(tokensOf(lines).slice(2), capture(folder));
      expect({ lines, code }).toEqual({ lines, code: 0 });
      printed = output;
    }
  });
});

test('the line of npm start names the entry of the example map', () => {
  const printed: string[] = [];
  const printer = createDecisionPrinter(
    (line) => printed.push(line),
    () => 'reader@example.com',
    refusalPlaces(AccessMap.check(join(folder, 'access.yaml'))),
  );
  const call = { requestId: '1', status: 403, method: 'POST', path: '/orders', error: undefined };
  const unknown = { origin: undefined, accessLogLine: undefined };
  const refusal = { effect: 'deny', code: 'GROUP_NOT_ALLOWED', reason: 'no_group_allows' };
  const principal = { kind: 'user', id: '00u1reader' };
  const record = { record: 'decision', requestId: '1', group: 'orders-readers', principal };
  printer.onLine(JSON.stringify({ ...record, ...refusal }));
  printer.onCall({
    ...call,
    ...unknown,
    routeKey: 'POST /orders',
    authorization: 'invoked',
    preflight: false,
  });
  const blocks = ofKind('line');
  expect(blocks).toHaveLength(1);
  const shown = printed.map((line) => line.replace(join(folder, '/'), '').trim());
  expect(shown).toEqual(blocks.map(({ text }) => text.trim()));
});

test('the bound of revocation is what check prints of the map above it', async () => {
  const page = codeBlocks(['docs/explanation/leavers.md']);
  const okta = page.find(({ language }) => language === 'yaml')?.text ?? '';
  const rest = `api: { name: orders, upstream: { url: https://orders.example.com }, cache: auto }
routes: [GET /orders]
groups: { orders-readers: { allow: [GET /orders] } }
`;
  const map = project({ 'access.yaml': `${okta}${rest}` });
  const { output } = await runCommand(['check'], capture(map));
  const shown = page.find(({ attributes }) => attributes === 'bound')?.text ?? '?';
  expect(output).toContain(shown.trim().replaceAll(/\s+/g, ' '));
});

test('records have the fields, codes and reasons of the code', () => {
  const blocks = ofKind('record');
  expect(blocks).toHaveLength(1);
  for (const { text } of blocks) {
    const record = JSON.parse(text) as Readonly<Record<string, unknown>>;
    expect(Object.keys(record).filter((name) => !fields.has(name))).toEqual([]);
    expect(REFUSALS[record['code'] as RefusalCode].reasons).toContain(record['reason']);
  }
});

test('queries ask for fields of a decision record', () => {
  const blocks = ofKind('query');
  expect(blocks).toHaveLength(1);
  for (const { text } of blocks) {
    const asked = [...text.matchAll(/^fields (.+)$/gm)].flatMap(([, list = '']) =>
      list.split(', '),
    );
    const compared = [...text.matchAll(/([\w.]+) = "/g)].map(([, name = '']) => name);
    const names = [...asked, ...compared].map((name) => name.split('.')[0] ?? '');
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !fields.has(name))).toEqual([]);
  }
});

test('the places of AGENTS.md exist, and no folder is without one', () => {
  const [block] = ofKind('places');
  const at: string[] = [];
  const places = new Set<string>();
  for (const line of block?.text.split('\n') ?? []) {
    const [, indent = '', place = ''] = /^( *)([\w.-]+(?:\/[\w.-]*)*)/.exec(line) ?? [];
    // Text that goes on stands far to the right.
    if (place === '' || indent.length > 4) continue;
    const depth = indent.length / 2;
    at.splice(depth, at.length, place);
    places.add(join(...at, '.'));
  }
  expect(places.size).toBeGreaterThan(0);
  expect([...places].filter((place) => !existsSync(place))).toEqual([]);
  const folders = ['lambda', 'lambda/core', 'lib'].flatMap((layer) =>
    readdirSync(layer, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(layer, name)),
  );
  expect(folders.filter((folder) => !places.has(folder))).toEqual([]);
});
