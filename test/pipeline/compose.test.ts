import { expect, it } from 'vitest';
import { Call, Lifetime, type Next } from '../../src/core/index.js';
import { compose } from '../../src/pipeline/compose.js';
import { ManualClock } from '../../src/testing/index.js';

const call = new Call(
  { site: 'Service.method', clock: new ManualClock(), lifetime: new Lifetime(), closing: new Lifetime() },
  undefined,
  [],
);

it('policies are nested around the innermost step, the first one outermost, once', async () => {
  const trace: string[] = [];
  let wrapped = 0;
  const policy = (name: string) => ({
    wrap: (next: Next): Next => {
      wrapped++;
      return async (call) => {
        trace.push(`${name} in`);
        const value = await next(call);
        trace.push(`${name} out`);
        return `${name}(${value})`;
      };
    },
  });
  const run = compose([policy('a'), policy('b'), policy('c')], async () => 'method');
  expect([await run(call), await run(call)]).toEqual(['a(b(c(method)))', 'a(b(c(method)))']);
  expect(trace.slice(0, 6)).toEqual(['a in', 'b in', 'c in', 'c out', 'b out', 'a out']);
  expect(wrapped).toBe(3);
});

it('no policies leave the innermost step as it is', () => {
  const innermost: Next = async () => 1;
  expect(compose([], innermost)).toBe(innermost);
});
