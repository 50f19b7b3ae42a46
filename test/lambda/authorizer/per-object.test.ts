import { describe, expect, test } from '@jest/globals';
import { perRoute } from '../../../lambda/authorizer/per-object.ts';

describe('what is computed for each caller and route', () => {
  function counted() {
    const computed: string[] = [];
    const textFor = perRoute(({ name }: { name: string }, route) => {
      computed.push(`${name} ${route}`);
      return `${name} ${route}`;
    });
    return { computed, textFor };
  }

  test('is computed once, and one caller never gets what is of another', () => {
    const { computed, textFor } = counted();
    const callers = [{ name: 'a' }, { name: 'b' }];
    for (let n = 0; n < 3; n++)
      for (const caller of callers)
        for (const route of ['GET /x', 'GET /y'])
          expect(textFor(caller, route)).toBe(`${caller.name} ${route}`);
    expect(computed).toHaveLength(4);
  });

  test('is right for callers of many routes, of which few are remembered', () => {
    const { computed, textFor } = counted();
    const caller = { name: 'a' };
    for (let n = 0; n < 200; n++) {
      const route = `GET /${n % 20}`;
      expect(textFor(caller, route)).toBe(`a ${route}`);
    }
    expect(computed.length).toBeGreaterThan(20);
    textFor(caller, 'GET /19');
    expect(computed).toHaveLength(200);
  });
});
