import { expect } from '@jest/globals';
import { type HoldfastMatchers, matchers } from '../events/event-matchers.js';

/** For `import { expect } from '@jest/globals'`. */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends HoldfastMatchers<R> {}
}

/** For the global `expect` of `@types/jest`. */
declare global {
  // biome-ignore lint/style/noNamespace: that is how those types are extended
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: the parameters of both declarations must be the same
    interface Matchers<R, T = {}> extends HoldfastMatchers<R> {}
  }
}

expect.extend(matchers);

export { matchers };
