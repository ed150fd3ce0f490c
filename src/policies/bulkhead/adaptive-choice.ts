import { maybe, type Option, that } from '../../core/index.js';
import { type AdaptiveOptions, adaptiveCheck } from './adaptive/index.js';

/** How a bulkhead finds its limit by itself; false: not at all. */
export type AdaptiveChoice = AdaptiveOptions | false;

type Schema = Option<AdaptiveChoice, AdaptiveChoice>['schema'];

/** The option by which a bulkhead finds its limit, or by which one that did so does it no longer. */
export function adaptiveChoice(): Option<AdaptiveChoice | undefined, AdaptiveChoice | undefined> {
  const off: Schema = that<AdaptiveChoice>((value) => value === false, 'must be false');
  const on = adaptiveCheck() as Schema;
  return maybe({ ...on, '~run': (dataset, config) => (dataset.value === false ? off : on)['~run'](dataset, config) });
}
