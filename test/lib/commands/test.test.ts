import { describe, expect, test } from '@jest/globals';
import { runTest } from '../../../lib/commands/test.ts';
import { capture, EXAMPLE, exampleWith, project } from './project.ts';

describe('test', () => {
  const ran = (text: string) => {
    const io = capture(project({ 'access.yaml': text }));
    return { code: runTest({}, io), out: io.stdout() };
  };
  test('passes on the example', () => {
    expect(ran(EXAMPLE)).toEqual({ code: 0, out: 'access.yaml: 2 tests, all passed\n' });
  });

  test('names the case that fails when a grant is taken away, and why', () => {
    const { code, out } = ran(
      exampleWith(['    allow: [orders:read]', '    allow: [GET /orders/*]']),
    );
    expect(code).toBe(1);
    expect(out).toContain(
      '`orders-readers` on `GET /orders`: expected allow, found deny (GROUP_NOT_ALLOWED, no_group_allows)\n',
    );
    expect(out).toMatch(/^access\.yaml:\d+:\d+: at tests\[0\]\.allows\[0\]: /);
    expect(out).toContain('2 tests, 1 failed');
  });

  test('names the case that fails when a deny is taken away', () => {
    const { code, out } = ran(
      exampleWith([
        '      - DELETE /orders/{id}\n      - GET /reports/*\n\nmach',
        '      - GET /reports/*\n\nmach',
      ]),
    );
    expect(code).toBe(1);
    expect(out).toContain(
      '`orders-admins` with `contractors` on `DELETE /orders/{id}`: expected deny, found allow (group_allows)',
    );
  });
});
