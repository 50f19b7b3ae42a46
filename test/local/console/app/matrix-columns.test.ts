import { expect, jest, test } from '@jest/globals';

interface Column {
  readonly cellAt: (route: number) => unknown;
}
// Types of the page are checked by its own configuration.
const { matrixColumns } = jest.requireActual('../../../../local/console/app/matrix-columns.ts') as {
  matrixColumns(setup: object, ownGroups: readonly string[], permissions: object): Column[];
};

test("the caller's own column says what the gateway does in shadow mode", () => {
  const inShadow = { rule: 'closed', mode: 'shadow', gateway: 'anyToken' };
  const permissions = {
    can: () => true,
    shadow: (route: string) => (route === 'GET /b' ? { route, ...inShadow } : undefined),
  };
  const setup = { routes: ['GET /a', 'GET /b'], cells: [], subjects: [] };
  const [own] = matrixColumns(setup, [], permissions);
  expect(own?.cellAt(0)).toMatchObject({ rule: 'allowed', mode: 'enforce', gateway: 'allow' });
  expect(own?.cellAt(1)).toMatchObject(inShadow);
});
