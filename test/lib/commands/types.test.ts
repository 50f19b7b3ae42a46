import { describe, expect, test } from '@jest/globals';
import { runTypes } from '../../../lib/commands/types.ts';
import { capture, EXAMPLE, project } from './project.ts';

describe('types', () => {
  test('are the routes and permissions of the map', () => {
    const io = capture(project({ 'access.yaml': EXAMPLE }));
    expect(runTypes({}, io)).toBe(0);
    expect(io.stdout()).toContain('  | "GET /orders/{id}"\n');
    expect(io.stdout()).toContain(
      'export type AccessPermission =\n  | "orders:read"\n  | "orders:write";\n',
    );
  });
});
