/**
 * Fields of evaluated objects that a map takes as they are: which of its entries have an effect.
 */
import { covers, FIELDS, type FieldKind } from './evaluated-fields.ts';

/**
 * Evaluated fields without a key of their own in the map, which the map may accept as they are.
 */
const ACCEPTABLE: readonly string[] = [
  'app.settings.implicitAssignment',
  'app.settings.inlineHookId',
  'app.settings.oauthClient.jwks',
  'app.settings.oauthClient.jwks_uri',
  'app.settings.oauthClient.wildcard_redirect',
  'rule.actions.token.inlineHook',
  'rule.conditions.people',
  'rule.conditions.scopes',
];

/** Whether a path of a kind of object is a known field, or one that known fields are below. */
function standsForKnown(entry: string): boolean {
  const [kind = '', ...keys] = entry.split('.');
  const fields = Object.hasOwn(FIELDS, kind) ? FIELDS[kind as FieldKind] : undefined;
  if (!fields) return false;
  const path = keys.join('.');
  const known = [...fields.evaluated, ...Object.values(fields.harmless).flat()];
  return covers(known, path) || known.some((one) => path === '' || covers([path], one));
}

/** Entries without effect: each stands for settings that are evaluated, or that the map names. */
export const refusedEntries = (accepted: readonly string[]): readonly string[] =>
  accepted.filter((entry) => !covers(ACCEPTABLE, entry) && standsForKnown(entry));

/**
 * Whether the map takes a field as it is: by its name, or by that of an unknown one that it lies
 * below. An entry never stands for several known fields.
 */
export function isAccepted(accepted: readonly string[], field: string): boolean {
  const refused = refusedEntries(accepted);
  return covers(
    accepted.filter((entry) => !refused.includes(entry)),
    field,
  );
}
