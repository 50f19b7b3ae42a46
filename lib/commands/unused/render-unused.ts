/** How `unused` shows what could be taken away. */

import { code } from '../../access-map/report/problems.ts';
import { escapeControls, formatCount, type Io, paint, pluralize, table } from '../shell/io.ts';
import type { Unused, UnusedFinding } from './unused-findings.ts';

const TITLES: readonly (readonly [UnusedFinding['kind'], string, string])[] = [
  ['group', 'groups that no caller had', 'group not seen'],
  ['grant', 'grants that nobody used', 'grant not seen in use'],
  ['permission', 'permissions that nobody used', 'permission not seen in use'],
  ['machine', 'machines that never called', 'machine not seen'],
  ['route', 'routes that nobody called', 'route not seen'],
];
const SHOWN_PAYERS = 20;

/** @param incomplete why the data do not prove it; empty where they do. */
export function unusedLines(
  unused: Unused,
  incomplete: readonly string[],
  io: Pick<Io, 'color'>,
): readonly string[] {
  const { findings, oneGroup, notSeenRoutes } = unused;
  const proven = incomplete.length === 0;
  return [
    ...(proven
      ? []
      : [
          '',
          `${paint(io, 'red', 'not proven')}: what follows was not seen, but may have been used, since`,
          ...incomplete.map((why) => `  - ${why}`),
        ]),
    ...TITLES.flatMap(([kind, sure, unsure]) => {
      const found = findings.filter((one) => one.kind === kind);
      return section(proven ? sure : unsure, found.map(rowOf), io);
    }),
    ...section(
      'routes that one group alone called',
      oneGroup.map(({ route, group, others, at }) => [
        route,
        group,
        `not ${others.join(', ')}`,
        at,
      ]),
      io,
    ),
    ...limitLines(unused, io),
    ...(notSeenRoutes.length > 0
      ? [
          '',
          `only the access log, which is not among the data, shows calls of public routes: ${notSeenRoutes.map(code).join(', ')}`,
        ]
      : []),
    '',
    verdict(findings.length, proven, io),
  ];
}

function verdict(found: number, proven: boolean, io: Pick<Io, 'color'>): string {
  if (found === 0) return paint(io, 'green', 'nothing of the map is unused');
  return `${pluralize(found, 'finding')}${proven ? '' : ', not proven'}`;
}

const rowOf = ({ name, grant, at }: UnusedFinding): readonly string[] => [
  escapeControls(name),
  ...(grant === undefined ? [] : [grant]),
  at,
];

const section = (
  title: string,
  rows: readonly (readonly string[])[],
  io: Pick<Io, 'color'>,
): readonly string[] =>
  rows.length === 0 ? [] : ['', `${paint(io, 'bold', title)}:`, ...table(rows)];

function limitLines({ atLimit }: Unused, io: Pick<Io, 'color'>): readonly string[] {
  const rows = atLimit
    .slice(0, SHOWN_PAYERS)
    .map(({ quota, by, payer, exceeded, atLimit: last, at = 'not in the map' }) => [
      escapeControls(quota),
      `${by} ${escapeControls(payer)}`,
      `${formatCount(Math.round(exceeded))} over the limit, ${formatCount(Math.round(last))} at it`,
      at,
    ]);
  const rest = atLimit.length - rows.length;
  return section(
    'quotas at their limit',
    [...rows, ...(rest > 0 ? [[`and ${formatCount(rest)} more (--json has all)`]] : [])],
    io,
  );
}
