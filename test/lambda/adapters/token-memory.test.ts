import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { digestOf, MAX_MEMORY_MS, TokenMemory } from '../../../lambda/adapters/token-memory.ts';
import type { Principal } from '../../../lambda/core/token/principal.ts';

const principal: Principal = { kind: 'machine', cid: '0oa1', scopes: [] };
const remembered = { principal, proof: 'key' };

describe('the memory of verified tokens', () => {
  test('gives back what was proven, for five minutes at most and never past the end of the token', () => {
    const memory = new TokenMemory<string>();
    memory.remember(digestOf('long'), remembered, 0, 10 * MAX_MEMORY_MS);
    memory.remember(digestOf('short'), remembered, 0, 1_000);
    expect(memory.recall(digestOf('long'), MAX_MEMORY_MS - 1)).toMatchObject(remembered);
    expect(memory.recall(digestOf('long'), MAX_MEMORY_MS)).toBeUndefined();
    expect(memory.recall(digestOf('short'), 999)).toMatchObject(remembered);
    expect(memory.recall(digestOf('short'), 1_000)).toBeUndefined();
  });

  test('forgets the oldest of more than a thousand', () => {
    const memory = new TokenMemory<string>();
    for (let n = 0; n < 1_001; n++) memory.remember(digestOf(`token-${n}`), remembered, 0, 1_000);
    expect(memory.recall(digestOf('token-0'), 1)).toBeUndefined();
    expect(memory.recall(digestOf('token-1'), 1)).toBeDefined();
    expect(memory.recall(digestOf('token-1000'), 1)).toBeDefined();
  });

  test('does not make room for a token that has ended', () => {
    const memory = new TokenMemory<string>();
    for (let n = 0; n < 1_000; n++) memory.remember(digestOf(`token-${n}`), remembered, 0, 1_000);
    memory.remember(digestOf('ended'), remembered, 500, 500);
    expect(memory.recall(digestOf('ended'), 499)).toBeUndefined();
    expect(memory.recall(digestOf('token-0'), 500)).toBeDefined();
  });

  test('does not make room for a token that it has', () => {
    const memory = new TokenMemory<string>();
    for (let n = 0; n < 1_000; n++) memory.remember(digestOf(`token-${n}`), remembered, 0, 1_000);
    memory.remember(digestOf('token-999'), remembered, 1, 2_000);
    expect(memory.recall(digestOf('token-0'), 500)).toBeDefined();
    expect(memory.recall(digestOf('token-999'), 1_500)).toBeDefined();
  });

  test('holds no token', () => {
    const set = Map.prototype.set;
    const keys: unknown[] = [];
    Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
      keys.push(key);
      return set.call(this, key, value);
    };
    try {
      new TokenMemory<string>().remember(digestOf('a-very-secret-token'), remembered, 0, 1_000);
    } finally {
      Map.prototype.set = set;
    }
    expect(keys).toHaveLength(1);
    expect(inspect(keys)).not.toContain('secret');
  });
});
