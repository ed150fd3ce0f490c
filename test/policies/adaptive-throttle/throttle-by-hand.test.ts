import { describe, expect, it } from 'vitest';
import { currentCall, RuntimeDisposedError } from '../../../src/core/index.js';
import { ThrottledError } from '../../../src/policies/adaptive-throttle/index.js';
import { Boom, sequence, settle, testRuntime, watch } from '../../../src/testing/index.js';

function world() {
  const { runtime, clock } = testRuntime({ random: sequence(0) });
  const throttle = runtime.throttles.register('search', { successThreshold: 0.9, minimumCalls: 4 });
  return { runtime, clock, throttle };
}

const failure = () => Promise.reject(new Boom('overloaded'));

describe('a throttle by hand', () => {
  it('runs a function, counts its outcome, and refuses it like any call', async () => {
    const { throttle } = world();
    expect(await throttle.execute(() => 'plain')).toBe('plain');
    expect(await throttle.execute(async () => 'promised')).toBe('promised');
    await expect(throttle.execute(failure)).rejects.toBeInstanceOf(Boom);
    await expect(
      throttle.execute(() => {
        throw new Boom('thrown');
      }),
    ).rejects.toBeInstanceOf(Boom);
    expect(throttle.stats).toMatchObject({ requests: 4, accepts: 2 });
    let ran = false;
    const refusal = throttle.execute(() => {
      ran = true;
    });
    await expect(refusal).rejects.toBeInstanceOf(ThrottledError);
    await expect(refusal).rejects.toMatchObject({ site: 'search', throttle: 'search' });
    expect(ran).toBe(false);
  });

  it('lets go of a function whose signal aborts, with its reason, and counts nothing', async () => {
    const { throttle } = world();
    const caller = new AbortController();
    const left = watch(throttle.execute(() => new Promise(() => {}), { signal: caller.signal }));
    await settle();
    caller.abort('left');
    await settle();
    expect([left.error, throttle.stats.requests, throttle.isBusy]).toEqual(['left', 0, false]);
    await expect(throttle.execute(() => 1, { signal: caller.signal })).rejects.toBe('left');
  });

  it('makes the function a call of its own', async () => {
    const { throttle } = world();
    expect(await throttle.execute(() => currentCall()?.site)).toBe('search');
    expect(currentCall()).toBeUndefined();
  });

  it('takes nothing but a function, and runs nothing once its runtime is disposed', async () => {
    const { runtime, throttle } = world();
    await expect(throttle.execute('text' as never)).rejects.toThrow(
      "search: execute() takes a function, but got 'text'",
    );
    await runtime.dispose();
    await expect(throttle.execute(() => 1)).rejects.toBeInstanceOf(RuntimeDisposedError);
  });
});
