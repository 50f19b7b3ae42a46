import { expect, test } from '@jest/globals';
import { matrixColumns } from '../../../local/console/app/matrix-columns.ts';

test("the caller's own column says what the gateway does in shadow mode", () => {
  const inShadow = { rule: 'closed', mode: 'shadow', gateway: 'anyToken' };
  const permissions = {
    can: () => true,
    shadow: (route: string) => (route === 'GET /b' ? { route, ...inShadow } : undefined),
  };
  const setup = { routes: ['GET /a', 'GET /b'], cells: [], subjects: [] };
  const [own] = matrixColumns(setup as never, [], permissions as never);
  expect(own?.cellAt(0)).toMatchObject({ rule: 'allowed', mode: 'enforce', gateway: 'allow' });
  expect(own?.cellAt(1)).toMatchObject(inShadow);
});
