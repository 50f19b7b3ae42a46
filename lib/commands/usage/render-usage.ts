/** How `usage` shows quotas: a bar for each payer and window. */
import type { CounterUsage, QuotaUsage, WindowUsage } from '../../quota-usage/quota-usage.ts';
import { escapeControls, formatCount, type Io, paint, table } from '../shell/io.ts';

const BAR = 20;
const NEAR_LIMIT = 0.8;

export function usageLines(quotas: readonly QuotaUsage[], top: number, io: Io): readonly string[] {
  if (quotas.length === 0) return ['the map has no quotas'];
  return quotas.flatMap((quota, at) => [
    ...(at === 0 ? [] : ['']),
    heading(quota, io),
    ...payerLines(quota, top, io),
  ]);
}

function heading({ quota, by, accuracy, payers }: QuotaUsage, io: Io): string {
  const count = `${formatCount(payers.length)} ${payers.length === 1 ? 'payer' : 'payers'}`;
  return `${paint(io, 'bold', quota)}  by ${by}, ${accuracy === 'leased' ? 'leased units' : 'calls'}, ${count}`;
}

function payerLines({ payers }: QuotaUsage, top: number, io: Io): readonly string[] {
  if (payers.length === 0) return ['  no calls yet'];
  const shown = payers.slice(0, top);
  const rows = shown.flatMap(({ payer, windows }) =>
    windows.map((window, at) => row(at === 0 ? escapeControls(payer) : '', window, io)),
  );
  const rest = payers.length - shown.length;
  return [
    ...table(rows),
    ...(rest === 0 ? [] : [`  and ${formatCount(rest)} more (--top ${payers.length} shows all)`]),
  ];
}

/** @param used share of the limit, 0 to 1 and above. */
function colorOf(used: number): 'red' | 'yellow' | 'green' {
  if (used >= 1) return 'red';
  return used >= NEAR_LIMIT ? 'yellow' : 'green';
}

function row(
  payer: string,
  { per, someRoutes, limit, current, recent }: CounterUsage,
  io: Io,
): readonly string[] {
  const used = current.used / limit;
  const filled = Math.min(BAR, Math.round(used * BAR));
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
  return [
    payer,
    `per ${per}${someRoutes ? ', some routes' : ''}`,
    paint(io, colorOf(used), bar),
    `${formatCount(current.used)} of ${formatCount(limit)}`,
    `until ${instant(current.end)}${recent.map((window) => before(window)).join('')}`,
  ];
}

const before = ({ start, used }: WindowUsage): string =>
  `, ${formatCount(used)} from ${instant(start)}`;

/** `2026-11-22T10:16Z`: windows begin at whole minutes. */
const instant = (second: number): string =>
  new Date(second * 1_000).toISOString().replace(':00.000Z', 'Z');
