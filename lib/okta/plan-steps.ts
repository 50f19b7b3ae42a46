/** Steps that objects of several kinds have in common. */
import type { Path, PlanStep } from './step.ts';

export type Target = Pick<PlanStep, 'kind' | 'name'>;

export const activation = (
  { kind, name }: Target,
  path: Path,
  settle?: PlanStep['settle'],
): PlanStep => ({
  action: 'activate',
  kind,
  name,
  changes: [],
  request: { method: 'POST', path: [...path, '/lifecycle/activate'] },
  ...(settle === undefined ? {} : { settle }),
});

export const deactivation = ({ kind, name }: Target, path: Path): PlanStep => ({
  action: 'deactivate',
  kind,
  name,
  changes: [],
  request: { method: 'POST', path: [...path, '/lifecycle/deactivate'] },
});

export const deletion = (
  { kind, name }: Target,
  path: Path,
  settle?: PlanStep['settle'],
): PlanStep => ({
  action: 'delete',
  kind,
  name,
  changes: [],
  request: { method: 'DELETE', path },
  ...(settle === undefined ? {} : { settle }),
});

/** Okta deletes servers, apps and group rules only while they are inactive. */
export const removal = (
  target: Target,
  path: Path,
  status: string,
  settle?: PlanStep['settle'],
): readonly PlanStep[] => [
  ...(status === 'ACTIVE' ? [deactivation(target, path)] : []),
  deletion(target, path, settle),
];

/** Lays `body` over the object that Okta has. */
export const update = (
  { kind, name }: Target,
  path: Path,
  body: PlanStep['request']['body'] & object,
  changes: PlanStep['changes'],
): PlanStep => ({
  action: 'update',
  kind,
  name,
  changes,
  request: { method: 'PUT', path, body, merge: 'all' },
});

/** For an object that several maps share: changes only the list of its owners. */
export const ownersChange = (
  from: readonly string[],
  to: readonly string[],
): PlanStep['changes'] => [{ what: 'maps', from, to }];
