import { expect, it } from 'vitest';
import { Retry } from '../../decorators/index.js';
import { Boom, testRuntime } from '../../src/testing/index.js';

it('protects private methods, static ones too, where the language allows it', async () => {
  let calls = 0;
  class Service {
    @Retry({ delay: 0 })
    async #hidden(): Promise<number> {
      if (++calls < 3) throw new Boom('x');
      return calls;
    }
    @Retry({ delay: 0 })
    static async #alone(): Promise<string> {
      return 'static';
    }
    run(): Promise<number> {
      return this.#hidden();
    }
    static run(): Promise<string> {
      // biome-ignore lint/complexity/noThisInStatic: `this` is what is tested
      return this.#alone();
    }
  }
  const { runtime } = testRuntime();
  const service = new Service();
  runtime.bind(service);
  runtime.bind(Service);
  expect([await service.run(), await Service.run()]).toEqual([3, 'static']);
  expect([...runtime.methods()].map(({ site }) => site)).toEqual(['Service.#hidden', 'Service.#alone']);
});
