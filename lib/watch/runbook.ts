/** Headings of docs/runbook.md, one for each alarm: they say what to do. */
export const RUNBOOK_SECTIONS = [
  'refusals',
  'authorizer-failures',
  'authorizer-crashes',
  'authorizer-throttled',
  'authorizer-slow',
  'keys-missing',
  'keys-old',
  'key-copy-old',
  'key-copy-failing',
  'quota-store-failing',
  'quota-nearly-spent',
  'unprotected-routes',
  'probing-principal',
  'new-group-on-a-sensitive-route',
  'detector-behind',
] as const;
export type RunbookSection = (typeof RUNBOOK_SECTIONS)[number];

/** An alarm's description: one sentence and the link to what to do. */
export const alarmText = (sentence: string, section: RunbookSection): string =>
  `${sentence}. Runbook: docs/runbook.md#${section}`;
