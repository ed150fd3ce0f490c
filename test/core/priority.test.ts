import { describe, expect, it } from 'vitest';
import { type CurrentCall, currentCall, protect, Runtime } from '../../decorators/index.js';

const runtime = new Runtime();

/** A protected function that runs `body` as its method. */
const within = (body: () => unknown) =>
  protect(async () => body(), { retry: { maxAttempts: 2, delay: 0 } }, { runtime });

describe('the priority of a call', () => {
  it("is 'normal' where nobody said", async () => {
    expect(await within(() => currentCall()?.priority)()).toBe('normal');
  });

  it('can be set, and is then that of the calls within it', async () => {
    const inner = within(() => currentCall()?.priority);
    const outer = within(async () => {
      (currentCall() as CurrentCall).priority = 'low';
      return [currentCall()?.priority, await inner()];
    });
    expect(await outer()).toEqual(['low', 'low']);
  });

  it('can be changed by a call within, for that alone', async () => {
    const inner = within(() => {
      (currentCall() as CurrentCall).priority = 'critical';
      return currentCall()?.priority;
    });
    const outer = within(async () => {
      const call = currentCall() as CurrentCall;
      call.priority = 'low';
      return [await inner(), call.priority];
    });
    expect(await outer()).toEqual(['critical', 'low']);
  });

  it('holds for the attempts to come', async () => {
    const seen: unknown[] = [];
    const method = within(() => {
      const call = currentCall() as CurrentCall;
      seen.push(call.priority);
      call.priority = 'high';
      if (seen.length === 1) throw new Error('once more');
    });
    await method();
    expect(seen).toEqual(['normal', 'high']);
  });

  it.each(['urgent', 1, undefined, null])('is one of four: %j is none', async (wrong) => {
    const method = within(() => {
      (currentCall() as { priority: unknown }).priority = wrong;
    });
    await expect(method()).rejects.toThrow(/priority must be one of critical, high, normal, low, but got/);
  });
});
