import type { Allowance, Permissions, Route, Status, Wanted } from 'okta-group-authorizer-client';
import { onMounted, onUnmounted, shallowRef } from 'vue';

/**
 * Permissions that a component follows: what it reads of them renders again when they change. On
 * the server, and until the component is mounted, nothing is known.
 */
export function usePermissions(permissions: Permissions) {
  const changes = shallowRef(0);
  const changed = () => {
    changes.value += 1;
  };
  let end = () => {};
  onMounted(() => {
    end = permissions.subscribe(changed);
    changed();
  });
  onUnmounted(() => end());
  const known = () => (changes.value > 0 ? permissions : undefined);
  return {
    check: (what: Wanted): Allowance =>
      known()?.check(what) ?? { allowed: false, reason: 'loading' },
    quota: (route?: Route) => known()?.quota(route),
    status: (): Status => known()?.state().status ?? 'loading',
  };
}
