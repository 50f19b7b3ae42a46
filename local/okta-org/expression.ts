/**
 * The part of Okta's expression language that groups claims use, evaluated letter by letter for one
 * user. Anything else fails the token, as an expression that Okta cannot evaluate does.
 */
import type { ClaimSubject, OrgGroup } from './org-group.ts';

/** @throws Error where the request for a token fails. */
export function evaluateExpression(expression: string, subject: ClaimSubject): readonly string[] {
  const reader = new Reader(expression);
  const values = call(reader, subject);
  reader.end();
  return values;
}

class Reader {
  #rest: string;

  constructor(text: string) {
    this.#rest = text.trim();
  }

  has(text: string): boolean {
    return this.#rest.startsWith(text);
  }

  take(text: string): void {
    if (!this.has(text)) throw new Error(`expected ${text} at ${this.#rest.slice(0, 20)}`);
    this.#rest = this.#rest.slice(text.length).trimStart();
  }

  skip(text: string): boolean {
    const found = this.has(text);
    if (found) this.take(text);
    return found;
  }

  match(pattern: RegExp): string {
    const found = pattern.exec(this.#rest)?.[0] ?? '';
    if (found === '') throw new Error(`not understood at ${this.#rest.slice(0, 20)}`);
    this.take(found);
    return found;
  }

  text(): string {
    const quote = this.has("'") ? "'" : '"';
    if (!this.has(quote)) throw new Error(`expected a text at ${this.#rest.slice(0, 20)}`);
    const end = this.#rest.indexOf(quote, 1);
    if (end < 0) throw new Error('unclosed text');
    const value = this.#rest.slice(1, end);
    this.#rest = this.#rest.slice(end + 1).trimStart();
    return value;
  }

  /** `{"a", "b"}`, or one text. */
  texts(): readonly string[] {
    if (!this.skip('{')) return [this.text()];
    const all: string[] = [];
    while (!this.has('}')) {
      all.push(this.text());
      if (!this.skip(',')) break;
    }
    this.take('}');
    return all;
  }

  end(): void {
    if (this.#rest !== '') throw new Error(`not understood at ${this.#rest.slice(0, 20)}`);
  }
}

const FUNCTIONS = {
  getFilteredGroups: filtered,
  'Groups.startsWith': matching((name, part) => name.startsWith(part)),
  'Groups.endsWith': matching((name, part) => name.endsWith(part)),
  'Groups.contains': matching((name, part) => name.includes(part)),
  'user.getGroups': userGroups,
  'Arrays.flatten': flattened,
} as const;

function call(reader: Reader, subject: ClaimSubject): readonly string[] {
  const name = reader.match(/^[A-Za-z.]+(?=\s*\()/);
  const run = FUNCTIONS[name as keyof typeof FUNCTIONS];
  if (run === undefined) throw new Error(`${name} is not understood`);
  reader.take('(');
  return run(reader, subject);
}

function flattened(reader: Reader, subject: ClaimSubject): readonly string[] {
  const all = [...call(reader, subject)];
  while (reader.skip(',')) all.push(...call(reader, subject));
  reader.take(')');
  return all;
}

/** A list of ids, which may be in the profile of the app. */
function allowlist(reader: Reader, { profile }: ClaimSubject): ReadonlySet<unknown> {
  if (!reader.skip('app.profile.')) return new Set(reader.texts());
  const list = profile?.[reader.match(/^\w+/)];
  if (!Array.isArray(list)) throw new Error('the app has no such list in its profile');
  return new Set(list);
}

function filtered(reader: Reader, subject: ClaimSubject): readonly string[] {
  const ids = allowlist(reader, subject);
  reader.take(',');
  const property = reader.text();
  reader.take(',');
  const limit = Number(reader.match(/^\d+/));
  reader.take(')');
  if (property !== 'group.name' && property !== 'group.id') throw new Error(property);
  if (limit < 1 || (limit > 100 && subject.isCodeFlow !== true)) throw new Error(`limit ${limit}`);
  const found = subject.memberOf.filter(({ id }) => ids.has(id));
  if (found.length > limit) throw new Error(`more than ${limit} groups`);
  return found.map(({ id, name }) => (property === 'group.id' ? id : name));
}

function matching(test: (name: string, part: string) => boolean) {
  return (reader: Reader, { memberOf }: ClaimSubject): readonly string[] => {
    const app = reader.text();
    reader.take(',');
    const part = reader.text();
    reader.take(',');
    const limit = Number(reader.match(/^\d+/));
    reader.take(')');
    if (limit < 1 || limit > 100) throw new Error(`limit ${limit}`);
    const found = memberOf.filter((group) => isFrom(group, app) && test(group.name, part));
    if (found.length > limit) throw new Error(`more than ${limit} groups`);
    return found.map(({ name }) => name);
  };
}

const isFrom = ({ type, source, activeDirectory }: OrgGroup, app: string): boolean => {
  if (app === 'OKTA') return type !== 'APP_GROUP';
  return app === 'active_directory' ? activeDirectory === true : source === app;
};

type Criterion = (group: OrgGroup) => boolean;

/** Criteria hold together; the values of one are alternatives. */
function userGroups(reader: Reader, { memberOf }: ClaimSubject): readonly string[] {
  const criteria = [criterion(reader)];
  while (reader.skip(',')) criteria.push(criterion(reader));
  reader.take(')');
  reader.take('.![');
  const property = reader.match(/^(?:profile\.)?\w+/);
  reader.take(']');
  const found = memberOf.filter((group) => criteria.every((holds) => holds(group)));
  if (property === 'id') return found.map(({ id }) => id);
  if (property !== 'name' && property !== 'profile.name') throw new Error(property);
  return found.map(({ name }) => name);
}

function criterion(reader: Reader): Criterion {
  reader.take('{');
  const key = reader.text();
  reader.take(':');
  const values = reader.texts();
  let operator = 'STARTS_WITH';
  if (reader.skip(',')) {
    reader.text();
    reader.take(':');
    operator = reader.text();
  }
  reader.take('}');
  const isName = (name: string): boolean =>
    values.some((value) => (operator === 'EXACT' ? name === value : name.startsWith(value)));
  const tests: Readonly<Record<string, Criterion>> = {
    'group.id': ({ id }) => values.includes(id),
    'group.type': ({ type }) => values.includes(type),
    'group.source.id': ({ source = '' }) => values.includes(source),
    'group.profile.name': ({ name }) => isName(name),
  };
  const test = tests[key];
  if (test === undefined) throw new Error(key);
  return test;
}
