import { CircuitOpenError, Fallback } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

interface Item {
  readonly name: string;
}

describe('Fallback with a value', () => {
  it('takes what the method could have answered itself', () => {
    class Shop {
      @Fallback({ value: [] })
      async items(): Promise<Item[]> {
        return [{ name: 'tea' }];
      }

      @Fallback({ value: undefined, on: CircuitOpenError })
      async find(id: string): Promise<Item | undefined> {
        return { name: id };
      }

      @Fallback({ value: 0, except: ['E_GONE', (error: unknown) => error === 1], enabled: false })
      async price(): Promise<number> {
        return 1;
      }

      @Fallback({ value: 'closed' })
      async state(): Promise<'open' | 'closed'> {
        return 'open';
      }

      @Fallback({ value: null })
      static async open(): Promise<Shop | null> {
        return new Shop();
      }
    }

    expectTypeOf<Shop['items']>().toEqualTypeOf<() => Promise<Item[]>>();
    expectTypeOf<Shop['find']>().toEqualTypeOf<(id: string) => Promise<Item | undefined>>();
    expectTypeOf<Shop['state']>().toEqualTypeOf<() => Promise<'open' | 'closed'>>();
  });

  it('refuses what the method could not have answered', () => {
    class Shop {
      // @ts-expect-error a text is no list of items
      @Fallback({ value: 'none' })
      async items(): Promise<Item[]> {
        return [];
      }

      // @ts-expect-error the method never answers undefined
      @Fallback({ value: undefined })
      async find(id: string): Promise<Item> {
        return { name: id };
      }

      // @ts-expect-error 'ajar' is neither open nor closed
      @Fallback({ value: 'ajar' })
      async state(): Promise<'open' | 'closed'> {
        return 'open';
      }
    }
    expectTypeOf<Shop>().toBeObject();
  });
});

describe('Fallback with a function', () => {
  it('is given the error and the arguments, and may look at fewer', () => {
    class Shop {
      readonly city = 'London';

      @Fallback((error, item: string, amount: number) => `${amount} ${item} later: ${error.message}`)
      async order(item: string, amount: number): Promise<string> {
        return `${amount} ${item}`;
      }

      @Fallback(() => 'later')
      async cancel(id: number): Promise<string> {
        return `${id}`;
      }

      @Fallback(async (_error, id: number) => [{ name: `${id}` }])
      async items(id: number): Promise<Item[]> {
        return [{ name: `${id}` }];
      }

      @Fallback({
        call(this: Shop, _error: unknown, item: string) {
          return `${item} in ${this.city}`;
        },
        on: [CircuitOpenError, TypeError],
      })
      async where(item: string): Promise<string> {
        return item;
      }
    }
    expectTypeOf<Shop['order']>().toEqualTypeOf<(item: string, amount: number) => Promise<string>>();
  });

  it('refuses one that answers something else, or takes other arguments', () => {
    class Shop {
      // @ts-expect-error a number is no answer of this method
      @Fallback(() => 5)
      async order(item: string): Promise<string> {
        return item;
      }

      // @ts-expect-error nor is a promise of one
      @Fallback(async () => 5)
      async again(item: string): Promise<string> {
        return item;
      }

      // @ts-expect-error the method's first argument is no number
      @Fallback((_error, amount: number) => `${amount}`)
      async other(item: string): Promise<string> {
        return item;
      }

      // @ts-expect-error the same, with the function as an option
      @Fallback({ call: (_error: unknown, amount: number) => `${amount}` })
      async third(item: string): Promise<string> {
        return item;
      }
    }
    expectTypeOf<Shop>().toBeObject();
  });
});

describe('Fallback with a method', () => {
  it('takes the name of a public method of the class', () => {
    class Shop {
      @Fallback({ method: 'backup' })
      async order(item: string): Promise<string> {
        return item;
      }

      backup(item: string): string {
        return `${item} later`;
      }
    }
    expectTypeOf<Shop['order']>().toEqualTypeOf<(item: string) => Promise<string>>();
  });

  it('takes one that looks at fewer arguments, or answers asynchronously or more exactly', () => {
    class Shop {
      @Fallback({ method: 'one' })
      async order(item: string, amount: number): Promise<string | number> {
        return item.repeat(amount);
      }

      @Fallback({ method: 'two' })
      async again(item: string): Promise<string> {
        return item;
      }

      @Fallback({ method: 'three' })
      static async make(): Promise<Shop> {
        return new Shop();
      }

      one(item: string): string {
        return item;
      }

      async two<T>(item: T): Promise<T> {
        return item;
      }

      static three(): Shop {
        return new Shop();
      }
    }
    expectTypeOf<Shop['order']>().toEqualTypeOf<(item: string, amount: number) => Promise<string | number>>();
  });

  it('refuses one that takes other arguments, or answers something else', () => {
    class Shop {
      // @ts-expect-error its first argument is a number
      @Fallback({ method: 'byNumber' })
      async order(item: string): Promise<string> {
        return item;
      }

      // @ts-expect-error it answers a number
      @Fallback({ method: 'asNumber' })
      async again(item: string): Promise<string> {
        return item;
      }

      // @ts-expect-error it needs an argument that nobody gives
      @Fallback({ method: 'byNumber' })
      async third(): Promise<string> {
        return '';
      }

      byNumber(item: number): string {
        return `${item}`;
      }

      asNumber(item: string): Promise<number> {
        return Promise.resolve(item.length);
      }
    }
    expectTypeOf<Shop>().toBeObject();
  });

  it('refuses a name that no method has, and that of something else', () => {
    class Shop {
      readonly city = 'London';

      // @ts-expect-error there is no such method
      @Fallback({ method: 'bakcup' })
      async order(item: string): Promise<string> {
        return item;
      }

      // @ts-expect-error a field cannot be called
      @Fallback({ method: 'city' })
      async again(item: string): Promise<string> {
        return item;
      }

      // @ts-expect-error a private method may go at any time
      @Fallback({ method: 'hidden' })
      async third(item: string): Promise<string> {
        return this.hidden(item);
      }

      private hidden(item: string): string {
        return item;
      }

      backup(item: string): string {
        return `${item} later`;
      }
    }
    expectTypeOf<Shop>().toBeObject();
  });
});

describe('Fallback with a class, or with several substitutes', () => {
  class Backup {
    fallback(error: unknown, item: string): string {
      return `${item}: ${error}`;
    }
  }

  it('takes a class with a method fallback, and a list', () => {
    class Shop {
      @Fallback({ use: Backup })
      async order(item: string): Promise<string> {
        return item;
      }

      @Fallback([{ on: CircuitOpenError, value: 'soon' }, { use: Backup }])
      async again(item: string): Promise<string> {
        return item;
      }
    }
    expectTypeOf<Shop['order']>().toEqualTypeOf<(item: string) => Promise<string>>();
  });

  it('refuses a class without it, and a substitute without a form', () => {
    class Nothing {}
    class Shop {
      // @ts-expect-error it has no method fallback
      @Fallback({ use: Nothing })
      async order(item: string): Promise<string> {
        return item;
      }

      // @ts-expect-error nothing says what to answer
      @Fallback({ on: CircuitOpenError })
      async again(item: string): Promise<string> {
        return item;
      }
    }
    expectTypeOf<Shop>().toBeObject();
  });
});

it('Fallback refuses what is not async', () => {
  class Shop {
    // @ts-expect-error a synchronous method answers at once
    @Fallback({ value: 1 })
    price(): number {
      return 1;
    }
  }
  expectTypeOf<Shop['price']>().returns.toBeNumber();
});
