import { describe, expect, it } from 'vitest';
import { currentCall } from '../../decorators/index.js';
import { type GivenPolicies, protect } from '../../src/runtime/index.js';
import { Boom, settle, testRuntime, watch } from '../../src/testing/index.js';

/** A method that fails first and ends its call when it is tried again, in a runtime that nobody watches. */
function cancelling(policies: GivenPolicies) {
  const { runtime, clock } = testRuntime();
  let runs = 0;
  const method = async (_id: number): Promise<unknown> => {
    if (runs++ === 0) throw new Boom('first');
    currentCall()?.cancel('enough');
    return new Promise(() => {});
  };
  const call = protect(method, policies, { id: 'Service.method', runtime });
  return { call, clock, stats: () => [...runtime.methods()][0]?.stats };
}

const retry = { delay: 10, jitter: 'none' } as const;

describe('a call that its method ends in a later attempt', () => {
  it.each<[string, GivenPolicies]>([
    ['nothing', {}],
    ['Fallback', { fallback: { value: 'substitute' } }],
    ['Timeout(total)', { timeout: { total: '1h' } }],
  ])('is counted as cancelled, with %s around Retry', async (_what, policies) => {
    const { call, clock, stats } = cancelling({ ...policies, retry });
    const seen = watch(call(1));
    await clock.advance(10);
    expect(seen.error).toBe('enough');
    expect(stats()).toMatchObject({ cancelled: 1, failures: 0 });
  });

  // Only those were counted so that could be ended in their first turn, where nobody watched and the outermost policy counts no outcomes.
  it.each<[string, GivenPolicies]>([
    ['Cached', { cached: '1m' }],
    ['Dedup', { dedup: {} }],
  ])('is counted as cancelled, with %s around Retry', async (_what, policies) => {
    const { call, clock, stats } = cancelling({ ...policies, retry });
    watch(call(1));
    await clock.advance(10);
    expect(stats()).toMatchObject({ cancelled: 1, failures: 0 });
  });
});

describe('merged calls whose method ends them', () => {
  const merged = (policies: GivenPolicies = {}) => {
    const { runtime, clock } = testRuntime();
    const method = async (_id: number, _signal?: AbortSignal): Promise<unknown> => {
      const call = currentCall();
      await clock.sleep(10);
      call?.cancel('enough');
      return new Promise(() => {});
    };
    const call = protect(method, { ...policies, dedup: {} }, { id: 'Service.method', runtime });
    return { call, clock, stats: () => [...runtime.methods()][0]?.stats };
  };

  it('are all counted as cancelled, where their callers could leave', async () => {
    const { call, clock, stats } = merged();
    const seen = [1, 2].map(() => watch(call(1, new AbortController().signal)));
    await clock.advance(10);
    await settle();
    expect(seen.map(({ error }) => error)).toEqual(['enough', 'enough']);
    expect(stats()).toMatchObject({ cancelled: 2, failures: 0 });
  });

  // The one who began was, those who joined were counted as failed.
  it('are all counted as cancelled, where their callers could not', async () => {
    const { call, clock, stats } = merged();
    for (let i = 0; i < 2; i++) watch(call(1));
    await clock.advance(10);
    expect(stats()).toMatchObject({ cancelled: 2, failures: 0 });
  });

  // For one who joined and could not leave, that end was an error like any other.
  it('are given no substitute', async () => {
    const { call, clock } = merged({ fallback: { value: 'substitute' } });
    const seen = [1, 2].map(() => watch(call(1)));
    await clock.advance(10);
    expect(seen.map(({ error }) => error)).toEqual(['enough', 'enough']);
  });
});
