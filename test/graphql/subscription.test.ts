import { describe, expect, it, vi } from 'vitest';
import type { GraphQLAnswer } from '../../src/graphql/errors/index.js';
import { GraphQLSubscription } from '../../src/graphql/subscriptions/subscription.js';

/** A subscription to 1, 2, 3, …, and what became of it. */
function counting() {
  const over = vi.fn();
  const seen = { closed: false, aborted: false };
  async function* begin(signal: AbortSignal): AsyncGenerator<GraphQLAnswer, void, undefined> {
    signal.addEventListener('abort', () => {
      seen.aborted = true;
    });
    try {
      for (let n = 1; ; n++) yield { data: { n }, errors: [], extensions: {} };
    } finally {
      seen.closed = true;
    }
  }
  return { subscription: new GraphQLSubscription<{ n: number }>(begin, { over }), over, seen };
}

describe('a subscription', () => {
  it('has let go of everything when return() is done', async () => {
    const { subscription, over, seen } = counting();
    expect((await subscription.next()).value?.data).toEqual({ n: 1 });
    await subscription.return();

    expect(seen).toEqual({ closed: true, aborted: true });
    expect(over).toHaveBeenCalledWith(subscription);
    expect(await subscription.next()).toEqual({ done: true, value: undefined });
  });

  it('is let go of by those who dispose of it', async () => {
    const { subscription, seen } = counting();
    await subscription.next();
    await subscription[Symbol.asyncDispose]();

    expect(seen.closed).toBe(true);
  });

  it('gives nothing that waited once it is ended, but the reason', async () => {
    const { subscription, over } = counting();
    await subscription.next();
    const reason = new Error('enough');
    subscription.end(reason);

    expect(over).toHaveBeenCalledTimes(1); // nobody has to ask for that
    await expect(subscription.next()).rejects.toBe(reason);
    expect(await subscription.next()).toEqual({ done: true, value: undefined });
  });
});
