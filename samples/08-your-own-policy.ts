import { type Duration, definePolicy, explain, option, Retry } from 'holdfast';

// A kind of policy of your own has what ours have: options that are checked, a place in the order, and a decorator.
const Tracked = definePolicy({
  kind: 'tracked',
  before: 'retry', // right outside of Retry: it sees calls
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

const Numbered = definePolicy({
  kind: 'numbered',
  after: 'retry', // right within Retry: it sees attempts
  options: option.options<object>()('@Numbered', {}),
  create: () => ({
    summary: 'says which attempt it is',
    wrap: (next) => (call) => {
      console.log(`attempt ${call.attempt}`);
      return next(call);
    },
  }),
});

class Stock {
  #left = 1;

  @Numbered()
  @Retry({ delay: '20ms', jitter: 'none' })
  @Tracked({ label: 'stock', slowerThan: '10ms' })
  async level(item: string): Promise<string> {
    if (this.#left-- > 0) throw new Error('busy');
    return `12 of ${item}`;
  }
}

for (const { text } of explain(Stock)) console.log(text);
console.log(await new Stock().level('tea'));

// Wrong options get the same kind of error as those of our own decorators.
try {
  Tracked({ slowerThan: -1 });
} catch (error) {
  console.log((error as Error).message);
}
