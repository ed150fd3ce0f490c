import type { Told, ToldWindow } from '../../../../src/policies/rate-limit/told/index.js';

/** What an answer tells of one window; what is not given it does not tell. */
export function window(told: Partial<ToldWindow>): ToldWindow {
  return { id: 'a', remaining: undefined, resetAfter: undefined, limit: undefined, per: undefined, ...told };
}

/** An answer that tells of these windows. */
export function answer(...windows: Partial<ToldWindow>[]): Told {
  return { windows: windows.map(window) };
}
