import { type Duration, definePolicy, option, Retry } from 'holdfast';

// A kind of policy of your own: it has options, a place in the order, and a decorator, as ours have.
const Tracked = definePolicy({
  kind: 'tracked',
  before: 'retry', // right outside of Retry: it sees calls, not attempts
  options: option.options<{ readonly label?: string; readonly slowerThan?: Duration }>()('@Tracked', {
    label: option.optional(option.name(), 'call'),
    slowerThan: option.optional(option.duration(), '5ms'),
  }),
  create: ({ label, slowerThan }, site, { clock }) => ({
    summary: `tells of calls slower than ${slowerThan} ms`,
    wrap: (next) => async (call) => {
      const startedAt = clock.now();
      try {
        return await next(call);
      } finally {
        if (clock.now() - startedAt > slowerThan) console.log(`${label}: ${site.name} was slow`);
      }
    },
  }),
});

class Stock {
  #left = 2;

  @Tracked({ label: 'stock', slowerThan: '10ms' })
  @Retry({ delay: '20ms', jitter: 'none' })
  async level(item: string): Promise<string> {
    if (this.#left-- > 0) throw new Error('busy');
    return `12 of ${item}`;
  }
}

console.log(await new Stock().level('tea'));

// Wrong options get the same kind of error as those of our own decorators.
try {
  Tracked({ slowerThan: -1 });
} catch (error) {
  console.log((error as Error).message);
}
