import { Chaos, type CurrentCall, Resilient } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

interface Item {
  readonly name: string;
}

class Unavailable extends Error {}

class Coded extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`code ${code}`);
    this.code = code;
  }
}

describe('Chaos with a result', () => {
  it('takes what the method could have answered itself', () => {
    class Shop {
      @Chaos({ result: [] })
      async items(): Promise<Item[]> {
        return [{ name: 'tea' }];
      }

      @Chaos({ result: undefined, rate: 0.5, enabled: true, seed: 1 })
      async find(id: string): Promise<Item | undefined> {
        return { name: id };
      }

      @Chaos({ result: (call, id: string) => ({ name: `${id} in attempt ${call.attempt}` }), latency: '1s' })
      async get(id: string): Promise<Item> {
        return { name: id };
      }

      @Chaos({ result: async () => 'closed' as const, behavior: () => undefined })
      async state(): Promise<'open' | 'closed'> {
        return 'open';
      }

      @Chaos({ result: () => () => 1 })
      static async factory(): Promise<() => number> {
        return () => 2;
      }
    }

    expectTypeOf<Shop['items']>().toEqualTypeOf<() => Promise<Item[]>>();
    expectTypeOf<Shop['get']>().toEqualTypeOf<(id: string) => Promise<Item>>();
    expectTypeOf<Shop['state']>().toEqualTypeOf<() => Promise<'open' | 'closed'>>();
  });

  it('refuses what the method could not have answered', () => {
    class Shop {
      // @ts-expect-error a number is no text
      @Chaos({ result: 5 })
      async state(): Promise<string> {
        return 'open';
      }

      // @ts-expect-error the method never answers undefined
      @Chaos({ result: undefined })
      async find(id: string): Promise<Item> {
        return { name: id };
      }

      // @ts-expect-error nor does a function that gives a number
      @Chaos({ result: () => 5, rate: 0.1 })
      async again(): Promise<string> {
        return 'open';
      }

      // @ts-expect-error nor one that promises a number
      @Chaos({ result: async () => 5 })
      async promised(): Promise<string> {
        return 'open';
      }

      // @ts-expect-error a function is called: what gives a function has to be given
      @Chaos({ result: () => 1 })
      static async factory(): Promise<() => number> {
        return () => 2;
      }
    }
    expectTypeOf<Shop>().toBeObject();
  });
});

describe('Chaos with anything else', () => {
  it('takes errors, classes of errors, durations, ranges, and functions of the call and the arguments', () => {
    class Shop {
      readonly city: string = 'London';

      @Chaos({ fault: new Coded(5), latency: ['100ms', 2000] })
      async order(item: string): Promise<string> {
        return item;
      }

      @Chaos({ fault: Unavailable, latency: 5 })
      async again(item: string): Promise<string> {
        return item;
      }

      @Chaos({
        fault(this: Shop, call: CurrentCall, item: string) {
          return item === this.city ? new Coded(call.attempt) : undefined;
        },
        latency: ({ attempt }) => (attempt === 1 ? '1s' : undefined),
        behavior: async (call, item: string) => call.cancel(item),
      })
      async third(item: string): Promise<string> {
        return item;
      }
    }
    expectTypeOf<Shop['third']>().toEqualTypeOf<(item: string) => Promise<string>>();
  });

  it('refuses errors by name, classes that need more than a message, and ranges of one or three', () => {
    // @ts-expect-error a text is no error
    Chaos({ fault: 'Unavailable' });
    // @ts-expect-error the class wants a number
    Chaos({ fault: Coded });
    // @ts-expect-error a function gives an error, or undefined
    Chaos({ fault: () => 'Unavailable' });
    // @ts-expect-error nor the promise of one
    Chaos({ fault: async () => new Unavailable() });
    // @ts-expect-error a range has two ends
    Chaos({ latency: ['1s'] });
    // @ts-expect-error and no third
    Chaos({ latency: [1, 2, 3] });
    // @ts-expect-error a unit is missing
    Chaos({ latency: '5' });
    // @ts-expect-error functions decide by what they give, not whether they are asked
    Chaos({ fault: Unavailable, enabled: () => true });
    // @ts-expect-error it has to be told what to do
    Chaos();
    // @ts-expect-error an attempt fails or answers
    Chaos({ fault: Unavailable, result: 5 });
    expectTypeOf(Chaos).toBeFunction();
  });

  it('refuses what is not async', () => {
    class Shop {
      // @ts-expect-error a synchronous method answers at once
      @Chaos({ fault: Unavailable })
      price(): number {
        return 1;
      }

      // @ts-expect-error also with a result
      @Chaos({ result: 1 })
      cost(): number {
        return 1;
      }
    }
    expectTypeOf<Shop['price']>().returns.toBeNumber();
  });

  it('goes into @Resilient, whose result nobody checks', () => {
    class Shop {
      @Resilient({ chaos: { enabled: true, fault: Unavailable, latency: [0, '1s'] } })
      async order(): Promise<string> {
        return 'tea';
      }

      @Resilient({ chaos: { result: 5 } })
      async again(): Promise<string> {
        return 'tea';
      }

      // @ts-expect-error what is no option
      @Resilient({ chaos: { probability: 1 } })
      async third(): Promise<string> {
        return 'tea';
      }
    }
    expectTypeOf<Shop>().toBeObject();
  });
});
