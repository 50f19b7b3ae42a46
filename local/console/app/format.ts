/** Routes and moments as people read them. */

/** `GET /orders/{id}` as a call: parameters become a value. */
export const pathOf = (route: string): string =>
  (route.split(' ')[1] ?? '/').replaceAll(/\{[^}]+\}/g, '42').replace('$default', '/');

export const methodOf = (route: string): string => route.split(' ')[0] ?? 'GET';

/** `14:03:07`, in the time zone of this machine. @param at milliseconds since 1970 */
export const clockTime = (at: number): string => new Date(at).toLocaleTimeString('en-GB');

/** `57 s`, `12 min`, `3 h`, `2 days`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 120) return `${whole} s`;
  if (whole < 7_200) return `${Math.round(whole / 60)} min`;
  if (whole < 172_800) return `${Math.round(whole / 3_600)} h`;
  return `${Math.round(whole / 86_400)} days`;
}

/** Whether a text has every one of the typed parts, in any order. */
export function matchesSearch(text: string, typed: string): boolean {
  const lower = text.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((part) => lower.includes(part));
}
