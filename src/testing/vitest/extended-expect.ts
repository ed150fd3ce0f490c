import { expect } from 'vitest';
import { type HoldfastMatchers, matchers } from '../events/event-matchers.js';

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the parameters of both declarations must be the same
  interface Matchers<T = any> extends HoldfastMatchers<void> {}
}

expect.extend(matchers);

export { matchers };
