import { type FieldFault, faultOf, type Rule, that, withFields } from '../../../core/index.js';
import { type AdaptiveAlgorithm, type AdaptiveChoice, type AdaptiveOptions, optionsOf } from './adaptive-options.js';
import { complete, rangeFault } from './adaptive-settings.js';

const words = Object.keys(optionsOf) as readonly AdaptiveAlgorithm[];
const names = words.map((word) => `'${word}'`).join(', ');
const rule = `must be one of ${names}, options with one of them as algorithm, or false`;

/** The check of the option `adaptive`: an algorithm, its options, or false; the error names the one that is wrong. */
export function adaptiveCheck() {
  return withFields(that<AdaptiveChoice>(hasForm, rule), fieldFault);
}

/** What of the option `adaptive` does not fit a bulkhead of so many slots, as a rule between its options tells it. */
export function adaptiveFault(given: AdaptiveOptions, maxConcurrent: number): ReturnType<Rule<unknown>> {
  const fault = rangeFault(complete(given), maxConcurrent);
  return fault && { ...fault, option: `adaptive.${fault.option}` };
}

function hasForm(value: unknown): boolean {
  if (value === false) return true;
  if (typeof value === 'string') return (words as readonly string[]).includes(value);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldFault(given: AdaptiveChoice): FieldFault | undefined {
  if (typeof given !== 'object') return undefined;
  const { algorithm } = given;
  if (!words.includes(algorithm)) return { option: 'algorithm', rule: `must be one of ${names}`, value: algorithm };
  return faultOf(() => optionsOf[algorithm].check(given)) ?? rangeFault(complete(given), Number.POSITIVE_INFINITY);
}
