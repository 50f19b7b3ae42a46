import type { Allowance, Permissions, Route, Status, Wanted } from 'okta-group-authorizer-client';
import { createSubscriber } from 'svelte/reactivity';

/** Permissions that templates and effects follow: what reads them runs again when they change. */
export function followPermissions(permissions: Permissions) {
  const follow = createSubscriber((update) => permissions.subscribe(update));
  const known = () => {
    follow();
    return permissions;
  };
  return {
    check: (what: Wanted): Allowance => known().check(what),
    quota: (route?: Route) => known().quota(route),
    status: (): Status => known().state().status,
  };
}
