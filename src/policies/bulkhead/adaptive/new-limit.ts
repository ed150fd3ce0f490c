import type { Random } from '../../../core/index.js';
import type { AdaptiveLimit } from './adaptive-limit.js';
import type { AdaptiveSettings } from './adaptive-settings.js';
import { Aimd } from './aimd.js';
import type { Estimate } from './estimate.js';
import { Gradient2 } from './gradient2.js';
import { Vegas } from './vegas.js';
import { WindowedLimit } from './windowed-limit.js';

/** Starts a limit that is found by the algorithm of its settings. */
export function newLimit(settings: AdaptiveSettings, random: Random): AdaptiveLimit {
  return new WindowedLimit(estimate(settings, random), settings);
}

function estimate(settings: AdaptiveSettings, random: Random): Estimate {
  switch (settings.algorithm) {
    case 'aimd':
      return new Aimd(settings);
    case 'vegas':
      return new Vegas(settings, random);
    case 'gradient2':
      return new Gradient2(settings);
  }
}
