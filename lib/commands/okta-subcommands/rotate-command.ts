/**
 * `okta rotate-hook-secret`: gives the hub and Okta another secret, with no delivery refused
 * between.
 */
import { randomBytes } from 'node:crypto';
import { SECRET_KEPT_MS } from '../../../lambda/core/contract/hub.ts';
import { applySteps } from '../../okta/apply.ts';
import type { DesiredHook } from '../../okta/desired-org.ts';
import { OktaError } from '../../okta/okta-error.ts';
import type { OktaOrg } from '../../okta/org.ts';
import { existingHook, rotation } from '../../okta/plan-hooks.ts';
import { hookSecretRef } from '../../okta/references.ts';
import { hookOf } from '../../okta/state-from-json.ts';
import { defineCommand, EXIT, type ExitCode } from '../shell/command.ts';
import { type Io, writeLines } from '../shell/io.ts';
import { asking, hubAt, readHookSecret } from './find-hubs.ts';
import { type HubAws, hubAws } from './hub-aws.ts';
import {
  declareMaps,
  openSession,
  RIGHTS,
  type SessionOptions,
  waitOf,
  withOktaErrors,
} from './session.ts';

/** As long as Okta needs to send with the new secret what it had begun with the old one. */
const DELIVERY_MS = 10_000;

export const runRotate = (
  options: SessionOptions,
  io: Io,
  aws: HubAws = hubAws,
): Promise<ExitCode> =>
  withOktaErrors(io, options, async () => {
    const { desired, org } = await openSession(options, RIGHTS.apply, io, aws);
    const wanted = (desired.hooks ?? []).filter(({ uri }) => uri !== undefined);
    if (wanted.length === 0)
      throw new OktaError(
        'ROTATION_WITHOUT_HOOK',
        'expected maps whose hub has an event hook and is deployed, found none',
      );
    for (const hook of wanted) await rotate(hook, org, io, aws);
    return EXIT.good;
  });

async function rotate(hook: DesiredHook, org: OktaOrg, io: Io, aws: HubAws): Promise<void> {
  const { uri = '' } = hook;
  const existing = existingHook(hook, (await org.list('/api/v1/eventHooks')).map(hookOf));
  if (!existing)
    throw new OktaError(
      'ROTATION_WITHOUT_HOOK',
      `no event hook calls \`${uri}\`: apply the map first`,
    );
  const { secret } = await hubAt(uri, io, aws);
  // A pending one goes on: a run before this has begun with it.
  const { current, pending = randomBytes(48).toString('base64url') } = await readHookSecret(
    secret,
    io,
    aws,
  );
  await asking(io, () => aws.writeSecret(secret, JSON.stringify({ current, pending })));
  writeLines(io, [
    `${existing.name}: the hub takes both secrets in ${SECRET_KEPT_MS / 1_000} s ...`,
  ]);
  await waitOf(io)(SECRET_KEPT_MS);
  const ids = { [hookSecretRef(uri)]: pending };
  await applySteps(org, rotation(uri, existing), ids, { wait: waitOf(io) });
  await waitOf(io)(DELIVERY_MS);
  await asking(io, () => aws.writeSecret(secret, JSON.stringify({ current: pending })));
  writeLines(io, [`${existing.name}: Okta sends the new secret, and the hub takes no other.`]);
}

export const oktaRotate = defineCommand<SessionOptions>({
  name: 'rotate-hook-secret',
  summary: 'give the hub of revoked tokens and Okta a new secret; both secrets work meanwhile',
  examples: ['okta rotate-hook-secret', 'okta rotate-hook-secret -m orders.yaml'],
  declare: (command) => void declareMaps(command),
  run: runRotate,
});
