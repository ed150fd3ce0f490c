import { type CurrentCall, currentCall, type DetailedResult, definePolicy, option, protect, Runtime } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

describe('protect', () => {
  it('gives a function of the same type, with an account beside it', () => {
    const quote = async (symbol: string, amount = 1): Promise<number> => symbol.length * amount;
    const call = protect(quote, { retry: 4, timeout: '2s' }, { id: 'quotes', runtime: new Runtime() });
    expectTypeOf(call('ACME', 2)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(call.detailed('ACME')).toEqualTypeOf<Promise<DetailedResult<number>>>();
    expectTypeOf(call).toExtend<typeof quote>();
    // @ts-expect-error the argument is a text
    void call(5);
    // @ts-expect-error here too
    void call.detailed(5);
  });

  it('keeps a function generic', () => {
    const first = protect(async <Item>(items: readonly Item[]): Promise<Item | undefined> => items[0], 'standard');
    expectTypeOf(first([1])).toEqualTypeOf<Promise<number | undefined>>();
  });

  it('refuses what is not async, and what is no policy', () => {
    // @ts-expect-error a synchronous function cannot wait
    void protect((amount: number) => amount, {});
    // @ts-expect-error there is no such kind
    void protect(async () => 1, { rety: 4 });
    // @ts-expect-error there is no such preset
    void protect(async () => 1, 'relaxed');
  });
});

describe('definePolicy', () => {
  interface TracedOptions {
    readonly label: string;
    readonly slow?: number;
  }
  const options = option.options<TracedOptions>()('@Traced', {
    label: option.required(option.name()),
    slow: option.optional(option.count(), 100),
  });

  it('gives a decorator for async methods, with the options that were defined', () => {
    const Traced = definePolicy({
      kind: 'traced',
      before: 'retry',
      options,
      create: (settings, site, { clock }) => {
        expectTypeOf(settings.label).toEqualTypeOf<string>();
        expectTypeOf(settings.slow).toEqualTypeOf<number>();
        expectTypeOf(site.name).toEqualTypeOf<string>();
        return { summary: settings.label, wrap: (next) => (call) => (clock.now() > 0 ? next(call) : next(call)) };
      },
    });
    class Shop {
      @Traced({ label: 'orders' })
      async order(item: string): Promise<string> {
        return item;
      }

      // @ts-expect-error a label is a text
      @Traced({ label: 5 })
      async wrong(): Promise<void> {}

      // @ts-expect-error a synchronous method cannot wait
      @Traced({ label: 'prices' })
      price(): number {
        return 1;
      }
    }
    expectTypeOf<Shop['order']>().toEqualTypeOf<(item: string) => Promise<string>>();
  });

  it('refuses a place that is none, and a step that gives no promise', () => {
    const create = () => undefined;
    // @ts-expect-error there is no such place
    void definePolicy({ kind: 'traced', before: 'timeout', options, create });
    void definePolicy({
      kind: 'traced',
      after: 'retry',
      options,
      // @ts-expect-error a step must give a promise
      create: () => ({ summary: 'x', wrap: () => () => 5 }),
    });
  });

  it('checks each option against the interface', () => {
    // @ts-expect-error `slow` has no check
    void option.options<TracedOptions>()('@Traced', { label: option.required(option.name()) });
    void option.options<TracedOptions>()('@Traced', {
      // @ts-expect-error a label is no number
      label: option.required(option.count()),
      slow: option.optional(option.count(), 100),
    });
  });
});

describe('the current call', () => {
  it('may not be there, and is read only', () => {
    const call = currentCall();
    expectTypeOf(call).toEqualTypeOf<CurrentCall | undefined>();
    // @ts-expect-error outside of a protected method there is none
    void call.site;
    if (call) {
      // @ts-expect-error more time is asked for by extend()
      call.deadline = 5;
      call.extend('2s');
      // @ts-expect-error nobody knows how long that is
      call.extend('soon');
    }
  });
});

describe('events', () => {
  it('have the type of their name', () => {
    const { events } = new Runtime();
    events.on('retry.scheduled', ({ attempt, delay, site }) => {
      expectTypeOf([attempt, delay]).toEqualTypeOf<number[]>();
      expectTypeOf(site).toEqualTypeOf<string>();
    });
    events.on('*', (name, event) => {
      expectTypeOf(name).toExtend<string>();
      expectTypeOf(event.site).toEqualTypeOf<string>();
    });
    // @ts-expect-error there is no such event
    events.on('retry.planned', () => {});
  });
});
