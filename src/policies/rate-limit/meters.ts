import { FixedWindow } from './fixed-window.js';
import type { Meter, Shape } from './meter.js';
import { TokenBucket } from './token-bucket.js';

const meters = {
  'token-bucket': (shape: Shape): Meter => new TokenBucket(shape),
  'fixed-window': (shape: Shape): Meter => new FixedWindow(shape),
};

/** How permits are counted. */
export type Algorithm = keyof typeof meters;

/** Makes the meter of an algorithm, with all its permits. */
export function newMeter(algorithm: Algorithm, shape: Shape): Meter {
  return meters[algorithm](shape);
}
