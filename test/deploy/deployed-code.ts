/** The code that the emulated Lambda has, compared by `smoke --code` with the map. */
import assert from 'node:assert/strict';
import { AccessMap } from '../../lib/access-map/index.ts';
import { codeAws, compareCode } from '../../lib/commands/live/deployed-code.ts';
import type { World } from './world.ts';

/** @param others a map that the stack does not have. */
export async function codeIsOfMap(
  { emulator }: World,
  stack: string,
  mapFile: string,
  others: string,
): Promise<void> {
  const before = { ...process.env };
  // The command reads the environment, as the SDK does.
  Object.assign(process.env, emulator.env);
  try {
    // The name of the file is part of what is compiled.
    const map = AccessMap.fromFile(mapFile, { loopbackIssuer: true });
    const own = await compareCode(map, { stack }, codeAws);
    assert(own.isSame, own.says);
    const { map: other } = AccessMap.checkText(others, 'access.yaml', { loopbackIssuer: true });
    assert(other);
    const found = await compareCode(other, { stack }, codeAws);
    assert(!found.isSame);
    assert.match(found.says, /another map is deployed/);
  } finally {
    for (const name of Object.keys(emulator.env)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
