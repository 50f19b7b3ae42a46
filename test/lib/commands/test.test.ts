import { describe, expect, test } from '@jest/globals';
import { runTest } from '../../../lib/commands/test.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';

describe('test', () => {
  const ran = (text: string) => {
    const io = capture(project({ 'access.yaml': text }));
    return { code: runTest({}, io), out: io.stdout() };
  };
  const told = (text: string) => {
    const io = capture(project({ 'access.yaml': text }));
    const code = runTest({ json: true }, io);
    const { problems } = io.json() as {
      readonly problems: readonly { readonly code: string; readonly message: string }[];
    };
    return { code, problems };
  };
  test('passes on the example', () => {
    expect(ran(EXAMPLE)).toEqual({ code: 0, out: 'access.yaml: 2 tests, all passed\n' });
  });

  test('names the case that fails when a grant is taken away, and why', () => {
    const { code, out } = ran(
      exampleWith(['    allow: [orders:read]', '    allow: [GET /orders/*]']),
    );
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      'access.yaml:64:42: at tests[0].allows[0]: `orders-readers` on `GET /orders`: expected allow, found deny (GROUP_NOT_ALLOWED, no_group_allows)',
      'access.yaml: 2 tests, 1 failed',
      '',
    ]);
  });

  test('names the case that fails when a deny is taken away', () => {
    const { code, problems } = told(
      exampleWith([
        '      - DELETE /orders/{id}\n      - GET /reports/*\n\nmach',
        '      - GET /reports/*\n\nmach',
      ]),
    );
    expect(code).toBe(1);
    expect(problems).toMatchObject([
      { code: 'TEST_FAILED', message: expect.stringContaining('(group_allows)') },
    ]);
    for (const name of ['`orders-admins`', '`contractors`', '`DELETE /orders/{id}`'])
      expect(problems[0]?.message).toContain(name);
  });
});
