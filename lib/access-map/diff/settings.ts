/** Differences other than cells: permissions, quotas and who pays, trust in tokens, settings. */
import { hasBit } from '../../../lambda/core/bits.ts';
import type { AccessModel, Grants, OktaModel, Quota } from '../../../lambda/core/model.ts';
import { type Change, changed, changedSet, paired } from './change.ts';
import type { ComparableMap } from './deployed-map.ts';

const NEVER = { added: false, removed: false } as const;
const LETS_IN = { added: true, removed: false } as const;
const EITHER = { added: true, removed: true } as const;

export function diffPermissions(from: AccessModel, to: AccessModel): readonly Change[] {
  const routes = (model: AccessModel, row: AccessModel['public']): readonly string[] =>
    model.routes.flatMap(({ key }, index) => (((row[index >>> 5] ?? 0) >>> (index & 31)) & 1 ? [key] : []));
  const names = changedSet({ kind: 'permission', subject: 'permissions' }, namesOf(from), namesOf(to), LETS_IN);
  // A scope is handed out to who may call all of its routes: fewer routes, more callers. With `intersect` it also opens its routes.
  const widened = { added: to.scopes === 'intersect', removed: true };
  return [
    ...names,
    ...paired(from.permissions, to.permissions, ({ name }) => name).flatMap(({ name, from: was, to: is }) =>
      was && is
        ? changedSet({ kind: 'permission', subject: `permissions.${name}` }, routes(from, was.routes), routes(to, is.routes), widened)
        : [],
    ),
  ];
}

const namesOf = ({ permissions }: AccessModel): readonly string[] => permissions.map(({ name }) => name);

export function diffQuotas(from: AccessModel, to: AccessModel): readonly Change[] {
  return [
    ...changedSet({ kind: 'quota', subject: 'quotas' }, [...from.quotas.keys()], [...to.quotas.keys()], NEVER),
    ...paired([...from.quotas.values()], [...to.quotas.values()], ({ name }) => name).flatMap(({ name, from: was, to: is }) =>
      was && is ? diffQuota(`quotas.${name}`, was, is) : [],
    ),
    ...paired([...from.groups.values()], [...to.groups.values()], ({ name }) => name).flatMap(diffPayer('group')),
    ...paired(ownGrants(from), ownGrants(to), ({ name }) => name).flatMap(diffPayer('machine')),
  ];
}

const ownGrants = ({ machines }: AccessModel): readonly Grants[] => [...machines.values()].map(({ own }) => own);

function diffQuota(subject: string, was: Quota, is: Quota): readonly Change[] {
  const what = (key: string) => ({ kind: 'quota', subject: `${subject}.${key}` }) as const;
  return [
    ...changed(what('by'), was.by, is.by, true),
    ...changed(what('accuracy'), was.accuracy, is.accuracy, false),
    ...changed(what('onStoreFailure'), was.onStoreFailure, is.onStoreFailure, is.onStoreFailure === 'allow'),
    ...changed(what('onExceeded'), was.onExceeded, is.onExceeded, is.onExceeded === 'pass'),
    ...paired(was.windows, is.windows, ({ id }) => id).flatMap(({ name, from, to }) =>
      changed(
        what(`limit per ${name}`),
        from && String(from.limit),
        to && String(to.limit),
        (to?.limit ?? Infinity) > (from?.limit ?? Infinity),
      ),
    ),
  ];
}

/** A group without quota makes its calls free; of two quotas, neither is the smaller in all windows and for all payers. */
const diffPayer =
  (kind: 'group' | 'machine') =>
  ({ name, from, to }: { readonly name: string; readonly from: Grants | undefined; readonly to: Grants | undefined }): readonly Change[] =>
    from && to
      ? changed({ kind: 'quota', subject: `${kind}s.${name}.quota` }, from.quota?.name, to.quota?.name, from.quota !== undefined)
      : [];

export function diffSubjects(from: AccessModel, to: AccessModel): readonly Change[] {
  const groups = changedSet({ kind: 'group', subject: 'groups' }, [...from.groups.keys()], [...to.groups.keys()], NEVER);
  // A machine's client is accepted without a user, whatever it may call.
  const machines = changedSet({ kind: 'machine', subject: 'machines' }, [...from.machines.keys()], [...to.machines.keys()], LETS_IN);
  const members = paired([...from.machines], [...to.machines], ([cid]) => cid).flatMap(({ name, from: was, to: is }) =>
    was && is ? changedSet({ kind: 'machine', subject: `machines.${name}.groups` }, was[1].groups, is[1].groups, NEVER) : [],
  );
  return [...groups, ...machines, ...members];
}

export function diffTrust(from: AccessModel, to: AccessModel): readonly Change[] {
  const nameOf = (okta: OktaModel): string => okta.name ?? '';
  return paired(from.okta, to.okta, nameOf).flatMap(({ name, from: was, to: is }) => {
    const subject = name === '' ? 'okta' : `okta.${name}`;
    if (!was || !is) return changed({ kind: 'trust', subject }, was?.issuers.join(' '), is?.issuers.join(' '), is !== undefined);
    return diffOkta(subject, was, is);
  });
}

function diffOkta(subject: string, was: OktaModel, is: OktaModel): readonly Change[] {
  const what = (key: string) => ({ kind: 'trust', subject: `${subject}.${key}` }) as const;
  const clients = ({ clients }: OktaModel): readonly string[] => (clients === 'any' ? ['any'] : clients);
  return [
    ...changedSet(what('issuer'), was.issuers, is.issuers, LETS_IN),
    ...changed(what('audience'), was.audience, is.audience, true),
    // From any client to a list lets nobody in that was out.
    ...changedSet(what('clients'), clients(was), clients(is), was.clients === 'any' ? NEVER : LETS_IN),
    // A claim that is read no more may have named the group that denies.
    ...changedSet(what('groupsClaim'), was.groupsClaims, is.groupsClaims, EITHER),
    ...changed(what('groupPrefix'), was.groupPrefix, is.groupPrefix, true),
    ...changedSeconds(what('maxClockSkew'), was.maxClockSkewSeconds, is.maxClockSkewSeconds),
    ...changedSeconds(what('maxTokenLifetime'), was.maxTokenLifetimeSeconds, is.maxTokenLifetimeSeconds),
    ...changedRest(subject, 'trust', was, is, OKTA_KEYS),
  ];
}

const OKTA_KEYS = [
  'name',
  'issuers',
  'audience',
  'clients',
  'groupsClaims',
  'groupPrefix',
  'maxClockSkewSeconds',
  'maxTokenLifetimeSeconds',
];

const changedSeconds = (what: Parameters<typeof changed>[0], was: number, is: number): readonly Change[] =>
  changed(what, `${was}s`, `${is}s`, is > was);

/** Where calls go, as one text. */
function upstreamText({ upstream }: ComparableMap['api']): string {
  if (upstream.kind === 'lambda') return upstream.functionArn;
  const [target, link] = upstream.kind === 'url' ? [upstream.url, upstream.vpcLink] : [upstream.listener, upstream.vpcLink];
  return link === undefined ? target : `${target} through ${link}`;
}

export function diffSettings(old: ComparableMap, next: ComparableMap): readonly Change[] {
  const what = (subject: string) => ({ kind: 'setting', subject }) as const;
  const [was, is] = [old.api, next.api];
  return [
    ...changed(what('api.name'), old.name, next.name, false),
    ...changed(what('api.kind'), old.kind, next.kind, false),
    ...changed(what(`api.upstream.${next.api.upstream.kind}`), upstreamText(was), upstreamText(is), false),
    ...changed(what('api.unauthorized'), was.unauthorized, is.unauthorized, false),
    ...changedSet(what('api.cors.origins'), was.cors?.origins ?? [], is.cors?.origins ?? [], LETS_IN),
    ...changedSet(what('api.cors.headers'), lower(was.cors?.headers), lower(is.cors?.headers), NEVER),
    ...changed(what('api.cors.maxAge'), was.cors && `${was.cors.maxAgeSeconds}s`, is.cors && `${is.cors.maxAgeSeconds}s`, false),
    ...changed(what('api.cache'), old.cache.mode, next.cache.mode, false),
    // What is taken away from somebody holds that much longer.
    ...changedSeconds(what('api.cache.ttl'), old.cache.ttlSeconds, next.cache.ttlSeconds),
    ...changed(what('scopes'), old.model.scopes, next.model.scopes, next.model.scopes === 'groups'),
    ...changedRest('', 'setting', old.model, next.model, MODEL_KEYS),
  ];
}

/** A route that goes into shadow lets callers in whom the rules refuse. Routes that go with the whole map are told by it. */
export function diffModes(from: AccessModel, to: AccessModel): readonly Change[] {
  const mode = (shadow: boolean): string => (shadow ? 'shadow' : 'enforce');
  const [was, is] = [from.shadow?.whole ?? false, to.shadow?.whole ?? false];
  const inShadow = ({ shadow, routeIndex }: AccessModel, key: string): boolean => {
    const index = routeIndex.get(key);
    return index === undefined ? (shadow?.whole ?? false) : shadow !== undefined && hasBit(shadow.routes, index);
  };
  return [
    ...changed({ kind: 'mode', subject: 'mode' }, mode(was), mode(is), is),
    ...to.routes.flatMap(({ key }) => {
      const [before, after] = [inShadow(from, key), inShadow(to, key)];
      if (was !== is && before === was && after === is) return [];
      return changed({ kind: 'mode', subject: 'mode', route: key }, mode(before), mode(after), after);
    }),
  ];
}

/** What is recorded, and how; nobody may call what they could not. */
export function diffAudit(from: AccessModel, to: AccessModel): readonly Change[] {
  const what = (subject: string) => ({ kind: 'setting', subject }) as const;
  const sensitive = ({ routes, sensitive }: AccessModel): readonly string[] =>
    routes.flatMap(({ key }, index) => (hasBit(sensitive, index) ? [key] : []));
  return [
    ...changed(what('audit.allows'), String(from.audit.allows), String(to.audit.allows), false),
    ...changed(what('audit.hashPrincipal'), String(from.audit.hashPrincipal), String(to.audit.hashPrincipal), false),
    ...changedSet(what('routes.sensitive'), sensitive(from), sensitive(to), NEVER),
  ];
}

const lower = (texts: readonly string[] = []): readonly string[] => texts.map((text) => text.toLowerCase());

const MODEL_KEYS = [
  ...['format', 'version', 'name', 'kind', 'unauthorized', 'scopes', 'okta', 'routes', 'public', 'signedIn', 'groups', 'machines'],
  ...['permissions', 'quotas', 'cache', 'routesBelow', 'shadow', 'sensitive', 'audit'],
];

/** A part of the model that this comparison has no rule for is told, and counts as widened, rather than not told. */
function changedRest(subject: string, kind: Change['kind'], was: object, is: object, known: readonly string[]): readonly Change[] {
  const rest = (of: object) => Object.entries(of).filter(([key]) => !known.includes(key));
  return paired(rest(was), rest(is), ([key]) => key).flatMap(({ name, from, to }) =>
    changed({ kind, subject: subject === '' ? name : `${subject}.${name}` }, textOf(from?.[1]), textOf(to?.[1]), true),
  );
}

const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));
