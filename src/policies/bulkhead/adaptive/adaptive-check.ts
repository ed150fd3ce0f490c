import { InvalidOptionsError, type Option, type Rule, that } from '../../../core/index.js';
import { type AdaptiveAlgorithm, type AdaptiveOptions, optionsOf } from './adaptive-options.js';
import { complete, rangeFault } from './adaptive-settings.js';

type Schema = Option<AdaptiveOptions, AdaptiveOptions>['schema'];
type Fault = NonNullable<ReturnType<Rule<unknown>>>;

const words = Object.keys(optionsOf) as readonly AdaptiveAlgorithm[];
const names = words.map((word) => `'${word}'`).join(', ');
const rule = `must be one of ${names}, or options with one of them as algorithm`;

/** The check of the option `adaptive`: an algorithm, or its options; the error names the one that is wrong. */
export function adaptiveCheck(): Schema {
  const form: Schema = that<AdaptiveOptions>(hasForm, rule);
  return { ...form, '~run': (dataset, config) => runFields(form, dataset, config) };
}

/** What of the option `adaptive` does not fit a bulkhead of so many slots, as a rule between its options tells it. */
export function adaptiveFault(given: AdaptiveOptions, maxConcurrent: number): ReturnType<Rule<unknown>> {
  const fault = rangeFault(complete(given), maxConcurrent);
  return fault && { ...fault, option: `adaptive.${fault.option}` };
}

/** Checks the form, then the fields, and leaves an issue with the path of the field: core names options within options by it. */
function runFields(form: Schema, ...[given, config]: Parameters<Schema['~run']>): ReturnType<Schema['~run']> {
  const dataset = form['~run'](given, config);
  const value = dataset.value as AdaptiveOptions;
  const fault = dataset.typed ? fieldFault(value) : undefined;
  if (fault === undefined) return dataset;
  const { option: key, rule: message } = fault;
  const at = { type: 'object', origin: 'value', input: Object(value), key, value: fault.value } as const;
  const issue = { kind: 'schema', type: 'custom', input: value, expected: null, received: '', message } as const;
  return { typed: false, value, issues: [{ ...issue, path: [at] }] };
}

function hasForm(value: unknown): boolean {
  if (typeof value === 'string') return (words as readonly string[]).includes(value);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldFault(given: AdaptiveOptions): Fault | undefined {
  if (typeof given === 'string') return undefined;
  const { algorithm } = given;
  if (!words.includes(algorithm)) return { option: 'algorithm', rule: `must be one of ${names}`, value: algorithm };
  return optionFault(given) ?? rangeFault(complete(given), Number.POSITIVE_INFINITY);
}

function optionFault(given: Exclude<AdaptiveOptions, string>): Fault | undefined {
  try {
    optionsOf[given.algorithm].check(given);
    return undefined;
  } catch (fault) {
    if (!(fault instanceof InvalidOptionsError)) throw fault;
    const { option = 'algorithm', rule } = fault;
    return { option, rule, value: (given as unknown as Readonly<Record<string, unknown>>)[option] };
  }
}
