/** The columns of the matrix: the caller as the gateway sees it now, and what the map says. */
import type { Permissions } from 'okta-group-authorizer-client';
import type { Cell, ConsoleSetup, MatrixSubject } from '../wire.ts';

export interface MatrixColumn {
  readonly key: string;
  readonly title: string;
  /** The caller, or one of its groups. */
  readonly lit: boolean;
  readonly cellAt: (route: number) => Cell | undefined;
}

const TITLES: { readonly [kind in MatrixSubject['kind']]: (name: string) => string } = {
  group: (name) => name,
  machine: (name) => `${name} (machine)`,
  everyone: () => 'every user',
};

export function matrixColumns(
  { routes, cells, subjects }: ConsoleSetup,
  ownGroups: readonly string[],
  permissions: Permissions | undefined,
): readonly MatrixColumn[] {
  const own: MatrixColumn[] = permissions
    ? [
        {
          key: 'you',
          title: 'you, now',
          lit: true,
          cellAt: (at) => ownCell(permissions, routes[at] ?? ''),
        },
      ]
    : [];
  const others = subjects.map(({ kind, name, cells: places }): MatrixColumn => {
    const lit = kind === 'group' && ownGroups.includes(name);
    return {
      key: `${kind} ${name}`,
      title: `${TITLES[kind](name)}${lit ? ' (yours)' : ''}`,
      lit,
      cellAt: (at) => cells[places[at] ?? -1],
    };
  });
  return [...own, ...others];
}

/** What the caller's own permissions say of a route. */
function ownCell(permissions: Permissions, route: string): Cell {
  const allowed = permissions.can(route);
  return (
    permissions.shadow(route) ?? {
      rule: allowed ? 'allowed' : 'closed',
      mode: 'enforce',
      gateway: allowed ? 'allow' : 'deny',
    }
  );
}
