/**
 * Takes names, ids, hosts and secrets out of what an org has answered. The same word becomes the
 * same stand-in everywhere, and what stands between words stays, so that filters, expressions and
 * references go on meaning what they meant.
 */
import { OKTA_DOMAINS } from '../../lambda/core/contract/okta-hosts.ts';
import { isObject } from '../../lambda/core/json/json-object.ts';
import { KEPT, KEPT_OF_PEOPLE, type RecordedKind } from './okta-enumerations.ts';
import type { Json } from './org.ts';

/** Words of Okta, of OAuth and of our own marks: they name nobody. */
const KEPT_WORDS = new Set([
  // Whether a host is one of Okta's must be known of a recording too.
  ...OKTA_DOMAINS.flatMap((domain) => domain.split(/[.-]/)),
  ...[
    'http https api v1 oauth2 default org well known organization',
    'managed by group authorizer map maps oga access permission groups app any',
    'openid profile email address phone offline_access device_sso sub EVERYONE ALL_CLIENTS Everyone',
    'authorization_code refresh_token client_credentials password implicit interaction_code',
    'urn ietf params oauth grant type device_code token-exchange saml2-bearer jwt-bearer token',
    'none client_secret_basic client_secret_post client_secret_jwt private_key_jwt code id_token',
    'spa native web service browser oidc_client mailto localhost expression 127 0 1 callback',
    'getFilteredGroups Groups startsWith endsWith contains user getGroups Arrays flatten String',
    'name id source operator EXACT STARTS_WITH OKTA OKTA_GROUP APP_GROUP BUILT_IN active_directory',
    'appuser userName clientId null true false read manage authorizationServers apps rules users',
    'trustedOrigins claims scopes policies eventHooks',
  ].flatMap((line) => line.split(' ')),
]);

/** Fields that are secret, or keys. */
const SECRET = /^(?:client_secret|n|e|x|y|d|p|q|dp|dq|qi|kid|x5c|x5t|value_hash|password|answer)$/;

/** What no evaluation needs, and may hold anything. */
const LEFT_OUT = new Set(['_links', '_embedded', 'credentials.provider', 'licensing', 'orn']);

/** What an org has made up: no key and no value below is known to be harmless. */
const MADE_UP: Readonly<Partial<Record<RecordedKind, readonly string[]>>> = {
  app: ['profile', 'settings.app'],
  desired: ['renamed'],
  unknown: ['profile'],
};

/** What names fields of Okta, as they are. */
const FIELD_NAMES: Readonly<Partial<Record<RecordedKind, readonly string[]>>> = {
  desired: ['servers[].accepted[]'],
};

const ID = /^(?:00[a-z]|0o[a-z]|0pr|aus|ocl|scp|cal|tos|pks|rst|nzo|oty)[A-Za-z0-9]{10,}$/;
const WORD = /[\p{L}\p{N}_]+(?:-(?:exchange|bearer))?/gu;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z?$/;

/** The place of a value. */
interface FieldPath {
  readonly kind: RecordedKind;
  /** Path of the field; `[]` is any item of a list. */
  readonly path: string;
  /** The field's own name, or that of the list. */
  readonly key: string;
}

export class Redactor {
  readonly #placeholders = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  /** @param value an object of that kind, or a list of them */
  value(kind: RecordedKind, value: Json): Json {
    if (Array.isArray(value)) return value.map((item: Json) => this.value(kind, item));
    return this.#at(value, { kind, path: '', key: '' });
  }

  #at(value: Json, place: FieldPath): Json {
    const { kind, path, key } = place;
    if (MADE_UP[kind]?.includes(path)) return this.#madeUp(value);
    if (typeof value === 'string') return this.#string(value, place);
    if (typeof value === 'number') return KEPT[kind][path] === 'number' ? value : 0;
    if (Array.isArray(value))
      return value.map((item: Json) => this.#at(item, { kind, path: `${path}[]`, key }));
    if (!isObject<Json>(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) => {
        const below = path === '' ? name : `${path}.${name}`;
        if (!isKept(kind, below)) return [];
        const shown = /[^A-Za-z0-9_$]/.test(name) ? this.text(name) : name;
        return [[shown, this.#at(inner, { kind, path: below, key: name })]];
      }),
    );
  }

  #madeUp(value: Json): Json {
    if (typeof value === 'string') return this.text(value, true);
    if (typeof value === 'number') return 0;
    if (Array.isArray(value)) return value.map((item: Json) => this.#madeUp(item));
    if (!isObject<Json>(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [this.text(name), this.#madeUp(inner)]),
    );
  }

  #string(value: string, { kind, path, key }: FieldPath): string {
    if (SECRET.test(key)) return 'redacted';
    if (TIME.test(value)) return '2026-01-01T00:00:00.000Z';
    const listed = KEPT[kind][path];
    const isListed = Array.isArray(listed) && listed.includes(value);
    return isListed || FIELD_NAMES[kind]?.includes(path) ? value : this.text(value);
  }

  /** @param numbers whether short numbers are replaced too: a limit or a port names nobody. */
  text(text: string, numbers = false): string {
    return text.replace(WORD, (word) => {
      if (KEPT_WORDS.has(word) || (!numbers && /^\d{1,3}$/.test(word))) return word;
      return ID.test(word) ? this.#id(word) : this.#word(word);
    });
  }

  #id(id: string): string {
    const known =
      this.#ids.get(id) ?? `${id.slice(0, 3)}1${String(this.#ids.size).padStart(16, '0')}`;
    this.#ids.set(id, known);
    return known;
  }

  /** Upper and lower case stay distinct, as in Okta's expressions. */
  #word(word: string): string {
    const small = word.toLowerCase();
    const known = this.#placeholders.get(small) ?? `w${this.#placeholders.size + 1}`;
    this.#placeholders.set(small, known);
    return word === small ? known : known.toUpperCase();
  }
}

/** Whether a field is kept: for people, only what an evaluation needs and the paths around it. */
function isKept(kind: RecordedKind, path: string): boolean {
  if (LEFT_OUT.has(path) || LEFT_OUT.has(path.split('.').at(-1) ?? '')) return false;
  const needed = KEPT_OF_PEOPLE[kind];
  return (
    needed === undefined ||
    needed.some((one) => one === path || one.startsWith(`${path}.`) || path.startsWith(`${one}[`))
  );
}
