/** Random trees of routes, each with routes that the caller may call and routes that it may not. */
import type { Random } from '../../lib/watch/random.ts';

export interface Tree {
  /** Templates of `GET` routes that the back end has a handler for. */
  readonly templates: readonly string[];
  /** Those that the caller may not call. */
  readonly closed: ReadonlySet<string>;
  /** Whether the gateway sends what no template takes to the back end as well, for the caller. */
  readonly fallback: boolean;
}

const NOUNS = ['orders', 'users', 'keys', 'teams', 'invoices', 'devices', 'projects', 'sessions'];
const LITERALS = ['export', 'root', 'self', 'latest', 'search', 'admin', 'bulk', 'stock'];

/** A resource: a list, an item, literals beside the item, and at times what lies below them. */
function resource(noun: string, random: Random): Pick<Tree, 'templates' | 'closed'> {
  const literal = random.pick(LITERALS);
  const deep = random.pick(NOUNS);
  const callable = [`/${noun}/{id}`, `/${noun}/{id}/${deep}`];
  const closed = [`/${noun}/${literal}`, `/${noun}/${literal}/${deep}`];
  const list = `/${noun}`;
  if (random.next() < 0.4) closed.push(list);
  else callable.push(list);
  // Some frameworks take the first handler that fits, so that literals stand first.
  return { templates: [...closed, ...callable], closed: new Set(closed) };
}

/** Files below a greedy parameter, with a folder that is closed. */
function files(random: Random): Pick<Tree, 'templates' | 'closed'> {
  const folder = random.pick(LITERALS);
  const closed = `/files/${folder}/private`;
  return { templates: [closed, '/files/{path+}'], closed: new Set([closed]) };
}

export function randomTree(random: Random): Tree {
  const nouns = new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(NOUNS)));
  const parts = [...nouns].map((noun) => resource(noun, random));
  if (random.next() < 0.5) parts.push(files(random));
  return {
    templates: parts.flatMap(({ templates }) => templates),
    closed: new Set(parts.flatMap(({ closed }) => [...closed])),
    fallback: random.next() < 0.6,
  };
}
