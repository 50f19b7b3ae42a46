/**
 * Takes names, ids, hosts and secrets out of what an org has answered. The same word becomes the
 * same stand-in everywhere, and what stands between words stays, so that filters, expressions and
 * references go on meaning what they meant.
 */
import { isObject } from '../../lambda/core/contract/json-object.ts';
import { isListedValue } from './okta-enumerations.ts';
import type { Json } from './org.ts';

/** Words of Okta, of OAuth and of our own marks: they name nobody. */
const OPEN_WORDS = new Set(
  [
    'http https api v1 oauth2 default com org okta oktapreview well known organization',
    'managed by group authorizer map maps oga access permission groups app any',
    'openid profile email address phone offline_access device_sso sub EVERYONE ALL_CLIENTS Everyone',
    'authorization_code refresh_token client_credentials password implicit interaction_code',
    'urn ietf params oauth grant type device_code token-exchange saml2-bearer jwt-bearer token',
    'none client_secret_basic client_secret_post client_secret_jwt private_key_jwt code id_token',
    'spa native web service browser oidc_client mailto localhost expression 127 0 1 callback',
    'getFilteredGroups Groups startsWith endsWith contains user getGroups Arrays flatten String',
    'name id source operator EXACT STARTS_WITH OKTA OKTA_GROUP APP_GROUP BUILT_IN active_directory',
    'appuser userName clientId null true false read manage authorizationServers apps rules users',
    'trustedOrigins claims scopes policies',
  ].flatMap((line) => line.split(' ')),
);

/** Numbers that decide something; any other may be anybody's. */
const NUMBERS = new Set([
  ...['priority', 'accessTokenLifetimeMinutes', 'refreshTokenLifetimeMinutes'],
  ...['refreshTokenWindowMinutes', 'lifetimeMinutes', 'refreshMinutes', 'maxLifetimeSeconds'],
]);

/** Fields that are secret, or keys. */
const SECRET = /^(?:client_secret|n|e|x|y|d|p|q|dp|dq|qi|kid|x5c|x5t|value_hash|password|answer)$/;

/** What no judgement needs, and may hold anything. */
const LEFT_OUT = new Set(['_links', '_embedded', 'credentials.provider', 'licensing', 'orn']);

/** A user's or a group's profile has whatever an org has put there. */
const OF_PROFILE = new Set(['login', 'name', 'description']);

const ID = /^(?:00[a-z]|0o[a-z]|0pr|aus|ocl|scp|cal|tos|pks|rst|nzo|oty)[A-Za-z0-9]{10,}$/;
const WORD = /[\p{L}\p{N}_]+(?:-(?:exchange|bearer))?/gu;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z?$/;

interface Holder {
  readonly key: string;
  readonly of: Readonly<Record<string, Json>>;
}

export class Redactor {
  readonly #words = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  /** @param key the field that has the value, or the list that it is in. */
  value(value: Json, key = ''): Json {
    if (typeof value === 'string') return this.#string(value, key);
    if (typeof value === 'number') return NUMBERS.has(key) ? value : 0;
    if (Array.isArray(value)) return value.map((item: Json) => this.value(item, key));
    if (!isObject<Json>(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !LEFT_OUT.has(name))
        .map(([name, inner]) => [
          this.#isName(name) ? this.text(name) : name,
          this.#field(name, inner, { key, of: value }),
        ]),
    );
  }

  #field(name: string, inner: Json, { key, of }: Holder): Json {
    const isSettings = key === 'settings' && name === 'app';
    const isProfile = name === 'profile';
    if (isProfile && isPerson(of)) return this.#person(inner);
    // The keys are what an org has chosen, and so are those below them.
    return isProfile || isSettings || name === 'renamed'
      ? this.#custom(inner)
      : this.value(inner, name);
  }

  #person(profile: Json): Json {
    if (!isObject<Json>(profile)) return this.#custom(profile);
    return Object.fromEntries(
      Object.entries(profile)
        .filter(([name]) => OF_PROFILE.has(name))
        .map(([name, inner]) => [
          name,
          typeof inner === 'string' ? this.text(inner) : this.#custom(inner),
        ]),
    );
  }

  /** What an org has made up: no key and no value is known to be harmless. */
  #custom(value: Json): Json {
    if (typeof value === 'string') return this.text(value, true);
    if (typeof value === 'number') return 0;
    if (Array.isArray(value)) return value.map((item: Json) => this.#custom(item));
    if (!isObject<Json>(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [this.text(name), this.#custom(inner)]),
    );
  }

  #string(value: string, key: string): string {
    if (SECRET.test(key)) return 'redacted';
    if (TIME.test(value)) return '2026-01-01T00:00:00.000Z';
    return isListedValue(key, value) ? value : this.text(value);
  }

  /** Keys that are names, as in a list of claims by name. */
  #isName = (key: string): boolean => /[^A-Za-z0-9_$]/.test(key);

  /** @param numbers whether short numbers are replaced too: a limit or a port names nobody. */
  text(text: string, numbers = false): string {
    return text.replace(WORD, (word) => {
      if (OPEN_WORDS.has(word) || (!numbers && /^\d{1,3}$/.test(word))) return word;
      return ID.test(word) ? this.#id(word) : this.#word(word);
    });
  }

  #id(id: string): string {
    const known =
      this.#ids.get(id) ?? `${id.slice(0, 3)}1${String(this.#ids.size).padStart(16, '0')}`;
    this.#ids.set(id, known);
    return known;
  }

  /** Capitals stay apart from small letters, as they are for Okta's expressions. */
  #word(word: string): string {
    const small = word.toLowerCase();
    const known = this.#words.get(small) ?? `w${this.#words.size + 1}`;
    this.#words.set(small, known);
    return word === small ? known : known.toUpperCase();
  }
}

/** The profile of an app lists ids that expressions read; that of people is their own. */
const isPerson = (object: Readonly<Record<string, Json>>): boolean => object['label'] === undefined;
