/** What a hub's constructs, its functions and the commands agree on; its table: revocation.ts. */
import { membersOf } from '../json/json-object.ts';
import { valuesOf } from './stack-outputs.ts';

/** The file beside the hub's code. */
export interface HubSettings {
  /** Host of the Okta org, which is the hub's key in its table. */
  readonly org: string;
  /** Hosts that the org's deliveries may name as their source: its own and its custom domains. */
  readonly hosts: readonly string[];
  /** Groups of the org, by name: leaving one revokes tokens, joining one does. */
  readonly groups: { readonly removed: readonly string[]; readonly added: readonly string[] };
  /** Whether a hook of Okta brings events. */
  readonly hook: boolean;
}

/**
 * The secret that Okta sends with each delivery, as Secrets Manager keeps it: while it is rotated,
 * the receiver takes both.
 */
export interface HookSecret {
  readonly current: string;
  readonly pending?: string;
}

/** @throws RangeError for a text that is no secret; it quotes nothing of it. */
export function hookSecretOf(text: string): HookSecret {
  const { current, pending } = membersOf(text);
  if (typeof current !== 'string' || current === '')
    throw new RangeError('expected the secret of the hook in `current`, found none');
  return { current, ...(typeof pending === 'string' && pending !== '' && { pending }) };
}

/** The receiver keeps the secret for this long, then reads it again; a rotation waits for that. */
export const SECRET_KEPT_MS = 30_000;

/** The header in which Okta sends the secret. */
export const SECRET_HEADER = 'authorization';

/** Okta's time-out is 3 s, after which it sends a delivery once more. */
export const RECEIVE_WITHIN_MS = 2_500;

/** Removals from one group in a minute above this number become one entry of the group. */
export const MASS_REMOVALS = 500;

/** Output of a hub's stack, in JSON; its logical id ends with a hash of its place. */
export const HUB_OUTPUT = 'RevocationHub';

export interface DeployedHub {
  readonly org: string;
  /** Where Okta delivers to; absent without a hook. */
  readonly url?: string;
  /** ARN of the secret; absent without a hook. */
  readonly secret?: string;
  /** ARN of the table. */
  readonly table: string;
}

/** @param outputs of a stack, values by logical id. */
export const deployedHubs = (outputs: Readonly<Record<string, string>>): readonly DeployedHub[] =>
  valuesOf<DeployedHub>(HUB_OUTPUT, outputs);

/** Credentials of the poll, as Secrets Manager keeps them: a service app with `okta.logs.read`. */
export interface PollCredentials {
  readonly clientId: string;
  /** PEM, or a JWK with its members; okta-service-app.ts says which kinds of key. */
  readonly privateKey: string | Readonly<Record<string, unknown>>;
}
