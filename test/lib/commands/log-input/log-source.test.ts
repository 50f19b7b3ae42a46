import { expect, test } from '@jest/globals';
import { COMMANDS } from '../../../../lib/commands/index.ts';
import { runPromote } from '../../../../lib/commands/promote.ts';
import { runProgram } from '../../../../lib/commands/shell/program.ts';
import { user } from '../../../support/recorded-traffic.ts';
import { capture } from '../project.ts';
import { BEGIN, calls, NOW, scene, TRAFFIC } from '../recorded-scene.ts';

test.each(['replay', 'unused', 'promote', 'usage --trend'])(
  '%s prints no part of a token that a log holds',
  async (command) => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMHUxIn0.c2lnbmF0dXJlc2lnbmF0dXJl';
    const { folder } = await scene(
      calls(
        [user(token, ['orders-readers']), 'GET /orders', 61],
        [user('00u1', ['orders-readers']), 'POST /orders'],
      ),
      { mode: 'shadow' },
    );
    for (const args of [
      [],
      ['--json'],
      ...(command.startsWith('usage') ? [['--format', 'html']] : []),
    ]) {
      const io = capture(folder);
      await runProgram([...command.split(' '), 'decisions.jsonl', ...args], io, {
        commands: COMMANDS,
        version: '0',
      });
      expect(io.stdout()).not.toBe('');
      expect(`${io.stdout()}${io.stderr()}`).not.toMatch(/eyJ|c2lnbmF0/);
    }
  },
);

test('a log group is read by the same commands, and one that is not there ends with 1', async () => {
  const { records, folder } = await scene(TRAFFIC, { mode: 'shadow' });
  const io = capture(folder, { now: () => NOW });
  const logs = {
    async *pages() {
      yield records.map((record) => ({ timestamp: BEGIN, message: JSON.stringify(record) }));
    },
  };
  expect(
    await runPromote({ logGroup: ['/aws/lambda/f'], since: '7d', json: true }, io, { logs }),
  ).toBe(1);
  expect(io.json()).toMatchObject({ calls: 11, refused: 6 });
  expect(io.stderr()).toMatch(/^\/aws\/lambda\/f: 11 lines/);
  const failing = {
    async *pages() {
      yield [];
      throw Object.assign(new Error('nothing there'), { name: 'ResourceNotFoundException' });
    },
  };
  const other = capture(folder);
  await expect(runPromote({ logGroup: ['/g'] }, other, { logs: failing })).rejects.toMatchObject({
    ...{ code: 'LOG_GROUP_UNREADABLE', exit: 3 },
    message: expect.stringMatching(/`\/g`.* ResourceNotFoundException: nothing there$/),
  });
});
