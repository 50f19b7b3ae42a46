/**
 * The audit trail of a local run in two files, one JSON object a line: what CloudWatch Logs would
 * hold of the function and of the API.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallRecord } from './gateway-emulator/serve-http-api.ts';

export interface RecordFiles {
  readonly decisions: string;
  readonly accessLog: string;
  /** Makes both files, empty. */
  readonly begin: () => void;
  readonly onCall: (call: Pick<CallRecord, 'accessLogLine'>) => void;
  /** Keeps decision records, and nothing else that functions write. */
  readonly onLine: (line: string) => void;
}

/**
 * Both files start empty once the run is ready, since the records of one run belong together; a
 * start that fails leaves them as they are.
 */
export function recordFiles(folder: string): RecordFiles {
  const [decisions, accessLog] = [join(folder, 'decisions.jsonl'), join(folder, 'access.jsonl')];
  let started = false;
  const begin = (): void => {
    if (started) return;
    started = true;
    mkdirSync(folder, { recursive: true });
    for (const file of [decisions, accessLog]) writeFileSync(file, '');
  };
  const append = (file: string, line: string): void => {
    begin();
    appendFileSync(file, `${line}\n`);
  };
  return {
    decisions,
    accessLog,
    begin,
    onCall: ({ accessLogLine }) => {
      if (accessLogLine !== undefined) append(accessLog, accessLogLine);
    },
    onLine: (line) => {
      if (readDecisionLine(line) !== undefined) append(decisions, line);
    },
  };
}

interface DecisionLine {
  readonly rule?: { readonly path: string; readonly at?: string };
}

function readDecisionLine(line: string): DecisionLine | undefined {
  if (!line.startsWith('{"record":"decision"')) return undefined;
  try {
    return JSON.parse(line) as DecisionLine;
  } catch {
    return undefined;
  }
}

/**
 * A run decides by a copy of the map in which some lines were replaced: the places in its records
 * become those of the map as the user wrote it.
 * @param places by the path of a rule.
 */
export function withPlacesOf(places: ReadonlyMap<string, string>): (line: string) => string {
  return (line) => {
    const record = readDecisionLine(line);
    if (record?.rule === undefined) return line;
    const at = places.get(record.rule.path);
    return JSON.stringify({
      ...record,
      rule: { path: record.rule.path, ...(at !== undefined && { at }) },
    });
  };
}
