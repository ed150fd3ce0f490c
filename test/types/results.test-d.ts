import { CircuitBreaker, Hedge, Retry, type RetryOptions } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

interface Answer {
  readonly ok: boolean;
}

const gentle: RetryOptions = { maxAttempts: 2 };
const idempotent = true;

describe('what judges results', () => {
  it('takes those of its method, or of more kinds', () => {
    class Client {
      @Retry({ whenResult: (answer: Answer) => !answer.ok })
      @CircuitBreaker({ whenResult: (answer: Answer | undefined) => answer === undefined })
      @Hedge({ idempotent, whenResult: (answer: unknown) => answer === null })
      async ask(id: string): Promise<Answer> {
        return { ok: id !== '' };
      }

      @Retry({ whenResult: (count) => count === 0 })
      async count(): Promise<number> {
        return 1;
      }

      @Retry(gentle)
      @CircuitBreaker()
      static async open<T>(what: T): Promise<T> {
        return what;
      }
    }
    expectTypeOf<Client['ask']>().toEqualTypeOf<(id: string) => Promise<Answer>>();
    expectTypeOf<Client['count']>().toEqualTypeOf<() => Promise<number>>();
    expectTypeOf(Client.open(5)).toEqualTypeOf<Promise<number>>();
  });

  it('takes no others', () => {
    class Client {
      // @ts-expect-error the answer is no number
      @Retry({ whenResult: (count: number) => count === 0 })
      async ask(): Promise<Answer> {
        return { ok: true };
      }

      // @ts-expect-error it may be undefined
      @CircuitBreaker({ whenResult: (answer: Answer) => !answer.ok })
      async find(): Promise<Answer | undefined> {
        return undefined;
      }

      // @ts-expect-error the same for hedges
      @Hedge({ idempotent, whenResult: (text: string) => text === '' })
      async price(): Promise<number> {
        return 1;
      }

      // @ts-expect-error a synchronous method answers at once
      @Retry({ whenResult: (price: number) => price === 0 })
      cost(): number {
        return 1;
      }
    }
    expectTypeOf<Client>().toBeObject();
  });
});
