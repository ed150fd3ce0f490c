import { describe, expect, it, vi } from 'vitest';
import { markPermanent, RejectedError } from '../../src/core/index.js';
import { AnswerReader } from '../../src/graphql/answer-reader.js';
import type { GraphQLAnswer } from '../../src/graphql/errors/index.js';
import { failureTest } from '../../src/graphql/errors/index.js';
import { OperationFacts } from '../../src/graphql/operation-facts.js';
import { Secrets } from '../../src/graphql/secrets.js';
import { Resubscription } from '../../src/graphql/subscriptions/resubscription.js';
import type { Subscribed } from '../../src/graphql/subscriptions/source.js';
import { ManualClock } from '../../src/testing/index.js';

const limits = { maxAttempts: 5, delay: 100, maxDelay: 1000 };
const answer: GraphQLAnswer = { data: { ticks: 1 }, errors: [], extensions: {} };

/** A subscription whose connections behave as the steps say, one after the other. */
function subscribed(steps: readonly ((subscribed: Subscribed) => AsyncGenerator<GraphQLAnswer>)[], chance = 1) {
  const clock = new ManualClock();
  const leaving = new AbortController();
  const facts = new OperationFacts({ service: 's', method: 'POST', url: 'u', endpoint: 'subscription' }, clock);
  const opened: number[] = [];
  const onReconnect = vi.fn();
  const source = {
    open: (each: Subscribed) => {
      opened.push(clock.now() - 1000);
      return (steps[opened.length - 1] ?? (steps.at(-1) as (typeof steps)[number]))(each);
    },
    close: () => undefined,
  };
  const reader = new AnswerReader(failureTest(undefined), new Secrets());
  const results = new Resubscription({
    ...{ source, request: {} as never, facts, signal: leaving.signal, onReconnect, limits, clock, reader },
    random: { next: () => chance },
  }).results();
  const next = () => {
    const outcome = results.next();
    outcome.catch(() => undefined); // looked at later
    return outcome;
  };
  return { clock, leaving, opened, onReconnect, next };
}

/** A connection that cannot be made. */
async function* failing(error: unknown = new Error('lost')): AsyncGenerator<GraphQLAnswer> {
  yield* [];
  throw error;
}

describe('a subscription that is lost', () => {
  it('waits twice as long each time, up to the longest wait', async () => {
    const { clock, opened, next } = subscribed([() => failing()]);
    const outcome = next();
    await clock.advance(10_000);

    await expect(outcome).rejects.toMatchObject({ code: 'GRAPHQL_SUBSCRIPTION_LOST' });
    expect(opened).toEqual([0, 100, 300, 700, 1500]);
  });

  it('waits up to half as long by chance', async () => {
    const { clock, opened, next } = subscribed([() => failing()], 0);
    const outcome = next();
    await clock.advance(10_000);

    await expect(outcome).rejects.toThrow();
    expect(opened).toEqual([0, 50, 150, 350, 750]);
  });

  it('begins to count anew with each result', async () => {
    const { clock, opened, next } = subscribed([
      () => failing(),
      async function* ({ opened }) {
        opened();
        yield answer;
        throw new Error('lost');
      },
    ]);
    const first = next();
    await clock.advance(100);
    await expect(first).resolves.toMatchObject({ done: false });
    for (let i = 0; i < 10; i++) {
      const again = next();
      await clock.advance(100);
      await expect(again).resolves.toMatchObject({ done: false });
    }

    expect(opened).toHaveLength(12);
  });

  it.each([
    ['does not count anew for one that was open only shortly', 999, 5],
    ['counts anew for one that was open as long as the longest wait', 1000, 40],
  ])('%s', async (_, lasting, attempts) => {
    const { clock, opened, next } = subscribed([
      async function* ({ opened }) {
        opened();
        await clock.sleep(lasting);
        yield* failing();
      },
    ]);
    void next();
    await clock.advance(100_000);

    if (attempts === 5) expect(opened).toHaveLength(5);
    else expect(opened.length).toBeGreaterThan(attempts);
  });

  it('waits as long as the server says, within the longest wait', async () => {
    const asking = (retryAfter: number) => Object.assign(new Error('busy'), { retryAfter });
    const { clock, opened, next } = subscribed([
      () => failing(asking(700)),
      () => failing(asking(5000)),
      () => failing(),
    ]);
    void next();
    await clock.advance(1701);

    expect(opened).toEqual([0, 700, 1700]);
  });

  it.each([
    ['an error that will stay', markPermanent(new Error('no')), 1],
    [
      'a refusal of our own',
      new (class extends RejectedError {
        readonly code = 'HOLDFAST_CIRCUIT_OPEN' as const;
      })('open', { site: '', policy: '' }),
      5,
    ],
  ])('comes back unless it is in vain: %s', async (_, error, attempts) => {
    const { clock, opened, next } = subscribed([() => failing(error)]);
    const outcome = next();
    await clock.advance(10_000);

    await expect(outcome).rejects.toBeInstanceOf(Error);
    expect(opened).toHaveLength(attempts);
  });

  it('is told of once the server is heard again, and not before', async () => {
    let open = () => {};
    const { clock, onReconnect, next } = subscribed([
      () => failing(),
      async function* ({ opened }) {
        await new Promise<void>((resolve) => (open = resolve));
        opened();
        yield answer;
      },
    ]);
    const outcome = next();
    await clock.advance(100);
    expect(onReconnect).not.toHaveBeenCalled();
    open();
    await outcome;

    expect(onReconnect).toHaveBeenCalledExactlyOnceWith({ failures: 1, error: new Error('lost') });
  });

  it('leaves no alarm behind when it is given up in a wait', async () => {
    const { clock, leaving, next } = subscribed([() => failing()]);
    const outcome = next();
    await clock.advance(10);
    expect(clock.pending).toBe(1);
    const reason = new Error('enough');
    leaving.abort(reason);

    await expect(outcome).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });
});
