import { describe, expect, it } from 'vitest';
import {
  type CurrentCall,
  currentCall,
  EventBus,
  type PolicyKind,
  type Registries,
  RetryBudgetRegistry,
  seededRandom,
} from '../../src/core/index.js';
import { build } from '../../src/pipeline/index.js';
import { catalogue } from '../../src/policies/catalogue.js';
import { Boom, ManualClock, settle, watch } from '../../src/testing/index.js';
import { counted } from '../core/counted.js';

const site = { name: 'Service.method', className: 'Service', method: 'method', concrete: {}, parameters: 0 };

/** A pipeline whose runtime says how many watch for its end: whoever still does is kept in memory by it. */
function pipelineOf(
  options: Readonly<Record<string, object>>,
  method: (...args: never[]) => unknown,
  { everywhere = false } = {},
) {
  const [lifetime, closing, clock] = [counted(), counted(), new ManualClock()];
  const events = new EventBus();
  const services = {
    clock,
    events,
    random: seededRandom(1),
    resolve: () => undefined,
    captureStacks: false,
    registries: { budgets: new RetryBudgetRegistry({ clock, events }) } as Registries,
    lifetime,
    closing,
  };
  const specs = Object.entries(options).map(([name, options]) => ({
    kind: catalogue[name as keyof typeof catalogue] as PolicyKind,
    options,
  }));
  const pipeline = build({ site, method, specs, everywhere }, services);
  return { pipeline, clock, watchers: () => [lifetime.watchers, closing.watchers] };
}

const all = { retry: { delay: 10, jitter: 'none' }, timeout: { attempt: 100, total: 1000 }, dedup: {} };

describe('nothing of a call is kept by its runtime once it has settled', () => {
  it.each<[string, Readonly<Record<string, object>>]>([
    ['no policies', {}],
    ['a retry', { retry: { delay: 10, jitter: 'none' } }],
    ['a retry, timeouts and dedup', all],
    ['a substitute', { fallback: { call: () => currentCall()?.signal.aborted } }],
    ['a substitute around it all', { ...all, fallback: { call: () => currentCall()?.signal.aborted } }],
  ])('with %s, whatever looked at its signals', async (_what, options) => {
    let kept: CurrentCall | undefined;
    const { pipeline, clock, watchers } = pipelineOf(options, async (how: string) => {
      kept = currentCall();
      expect(kept?.signal.aborted).toBe(false);
      await clock.sleep(5);
      if (how === 'fail') throw new Boom('x');
      return how;
    });
    for (const how of ['ok', 'fail']) {
      const seen = watch(pipeline.run(undefined, [how]));
      await clock.advance(10_000);
      expect(seen.state).not.toBe('pending');
      expect([...watchers(), clock.pending]).toEqual([0, 0, 0]);
      expect(kept?.signal.aborted).toBe(false);
    }
  });

  it.each<[string, Readonly<Record<string, object>>]>([
    ['no policies', {}],
    ['a retry, timeouts and dedup', all],
  ])('with %s, when its caller leaves, in an attempt or in a wait', async (_what, options) => {
    const { pipeline, clock, watchers } = pipelineOf(options, () =>
      clock.sleep(5).then(() => Promise.reject(new Boom('x'))),
    );
    for (const moment of [2, 7]) {
      const controller = new AbortController();
      const seen = watch(pipeline.run(undefined, [controller.signal]));
      await clock.advance(moment);
      controller.abort('left');
      await clock.advance(10_000);
      expect(seen.state).toBe('rejected');
      expect([...watchers(), clock.pending]).toEqual([0, 0, 0]);
    }
  });

  it('with a time that ran out, while the method still hangs', async () => {
    const { pipeline, clock, watchers } = pipelineOf({ timeout: { attempt: 100 } }, () => {
      expect(currentCall()?.signal.aborted).toBe(false);
      return new Promise(() => {});
    });
    const seen = watch(pipeline.run(undefined, []));
    await clock.advance(100);
    expect(seen.state).toBe('rejected');
    expect([...watchers(), clock.pending]).toEqual([0, 0, 0]);
  });

  // With asyncContext the signal could be read after an await, when the call had already taken the short way:
  // what was hung on the runtime for it stayed there.
  it('with asyncContext, though the signal was read after an await', async () => {
    const method = async () => {
      await null;
      return currentCall()?.signal.aborted;
    };
    const { pipeline, watchers } = pipelineOf({}, method, { everywhere: true });
    expect(await pipeline.run(undefined, [])).toBe(false);
    await settle();
    expect(watchers()).toEqual([0, 0]);
  });
});
