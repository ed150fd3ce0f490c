import { Retry } from 'holdfast';
import { expectTypeOf, it } from 'vitest';

it('a decorator for methods stands above private methods', () => {
  class Shop {
    @Retry()
    async #order(item: string): Promise<string> {
      return item;
    }

    @Retry()
    static async #open(): Promise<Shop> {
      return new Shop();
    }

    static open = () => Shop.#open();
    order = (item: string) => this.#order(item);
  }

  expectTypeOf<Shop['order']>().toEqualTypeOf<(item: string) => Promise<string>>();
  expectTypeOf(Shop.open).toEqualTypeOf<() => Promise<Shop>>();
});
