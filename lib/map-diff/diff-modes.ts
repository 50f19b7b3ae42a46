/** Differences in shadow mode, and in what is recorded. */
import { hasBit } from '../../lambda/core/model/bits.ts';
import type { AccessModel } from '../../lambda/core/model/model.ts';
import type { AuditSettings } from '../access-map/sections/audit-section.ts';
import { type Change, changed, changedSet, NEVER_WIDENS } from './change.ts';

/**
 * A route that enters shadow mode admits callers whom the rules refuse. A change of the whole map's
 * mode stands for its routes.
 */
export function diffModes(from: AccessModel, to: AccessModel): readonly Change[] {
  const mode = (shadow: boolean): string => (shadow ? 'shadow' : 'enforce');
  const [was, is] = [from.shadow?.whole ?? false, to.shadow?.whole ?? false];
  const inShadow = ({ shadow, routeIndex }: AccessModel, key: string): boolean => {
    const index = routeIndex.get(key);
    return index === undefined
      ? (shadow?.whole ?? false)
      : shadow !== undefined && hasBit(shadow.routes, index);
  };
  return [
    ...changed({ kind: 'mode', subject: 'mode' }, mode(was), mode(is), is),
    ...to.routes.flatMap(({ key }) => {
      const [before, after] = [inShadow(from, key), inShadow(to, key)];
      if (was !== is && before === was && after === is) return [];
      return changed(
        { kind: 'mode', subject: 'mode', route: key },
        mode(before),
        mode(after),
        after,
      );
    }),
  ];
}

/** What is recorded, and how; such a change never widens access. */
export function diffAudit(from: AccessModel, to: AccessModel): readonly Change[] {
  const what = (subject: string) => ({ kind: 'setting', subject }) as const;
  const sensitive = ({ routes, sensitive }: AccessModel): readonly string[] =>
    routes.flatMap(({ key }, index) => (hasBit(sensitive, index) ? [key] : []));
  return [
    ...changed(what('audit.allows'), String(from.audit.allows), String(to.audit.allows), false),
    ...changed(
      what('audit.hashPrincipal'),
      String(from.audit.hashPrincipal),
      String(to.audit.hashPrincipal),
      false,
    ),
    ...changedSet(what('routes.sensitive'), sensitive(from), sensitive(to), NEVER_WIDENS),
  ];
}

/** Audit settings that no decision depends on, so that the model does not have them. */
export function diffRecords(was: AuditSettings, is: AuditSettings): readonly Change[] {
  const what = (key: string) => ({ kind: 'setting', subject: `audit.${key}` }) as const;
  const retention = ({ retentionDays }: AuditSettings): string | undefined =>
    retentionDays === undefined ? undefined : `${retentionDays}d`;
  return [
    ...changed(what('retention'), retention(was), retention(is), false),
    ...changed(what('complete'), String(was.complete), String(is.complete), false),
  ];
}
