const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Digits and a unit: `60s`, `5m`, `24h`, `90d`. */
export const DURATION = '^(?:0|[1-9][0-9]{0,6})[smhd]$';

/** Seconds of a duration such as `5m`; nothing if it is not written as one. */
export function parseDuration(text: string): number | undefined {
  const unit = text.at(-1);
  if (!new RegExp(DURATION).test(text) || (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd')) return undefined;
  return Number(text.slice(0, -1)) * SECONDS[unit];
}
