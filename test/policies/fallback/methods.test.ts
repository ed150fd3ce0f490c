import { describe, expect, it } from 'vitest';
import { type AsyncMethodDecorator, Fallback } from '../../../decorators/index.js';
import { Boom, testRuntime } from '../../../src/testing/index.js';

/** The decorator without the compiler's help. */
const Unchecked = Fallback as unknown as (options: object) => AsyncMethodDecorator;

/** Makes an instance in a runtime of its own. */
function bound<T extends object>(type: new () => T): T {
  const instance = new type();
  testRuntime().runtime.bind(instance);
  return instance;
}

class Base {
  readonly city: string = 'London';

  @Fallback({ method: 'backup' })
  async order(item: string, amount: number): Promise<string> {
    throw new Boom(`${amount} ${item}`);
  }

  backup(item: string, amount: number): string {
    return `${amount} ${item} from ${this.city}`;
  }
}

describe('Fallback to a method', () => {
  it('FB3 calls it on the instance, with the same arguments', async () => {
    expect(await bound(Base).order('tea', 2)).toBe('2 tea from London');
  });

  it('FB7 takes the one of a superclass, and the override of the concrete class before it', async () => {
    class Inherits extends Base {
      override readonly city = 'Paris';
    }
    class Overrides extends Base {
      override backup(item: string, amount: number): string {
        return `rather not ${amount} ${item}`;
      }
    }
    expect(await bound(Inherits).order('tea', 2)).toBe('2 tea from Paris');
    expect(await bound(Overrides).order('tea', 2)).toBe('rather not 2 tea');
  });

  it('FB7 takes one that is itself async, generic or variadic', async () => {
    class Service {
      @Fallback({ method: 'backup' })
      async sum(...numbers: number[]): Promise<number> {
        throw new Boom(String(numbers.length));
      }

      async backup<N extends number>(...numbers: N[]): Promise<number> {
        return numbers.reduce((sum: number, one) => sum + one, 0);
      }
    }
    expect(await bound(Service).sum(1, 2, 3)).toBe(6);
  });

  it('FB7 refuses one that only a subclass has, where the class itself is prepared', async () => {
    class Shallow {
      @Unchecked({ method: 'deeper' })
      async order(): Promise<string> {
        throw new Boom('x');
      }
    }
    class Deep extends Shallow {
      deeper(): string {
        return 'deeper';
      }
    }
    const { runtime } = testRuntime();
    expect(() => runtime.prepare(Shallow)).toThrow(
      "Shallow.order: @Fallback: method must name a public method of the class, but got 'deeper'",
    );
    expect(await bound(Deep).order()).toBe('deeper');
  });

  // A method that an instance had lost was skipped in silence: the call answered undefined.
  it('rejects where the instance has lost it', async () => {
    const shop = bound(Base);
    Object.defineProperty(shop, 'backup', { value: undefined });
    await expect(shop.order('tea', 2)).rejects.toThrow(TypeError);
  });
});
