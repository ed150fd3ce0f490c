import { InvalidOptionsError } from '../../../core/index.js';
import { type AdaptiveAlgorithm, type AdaptiveOptions, optionsOf } from './adaptive-options.js';

/** How a limit is found, complete: every option is there and fits the others. */
export type AdaptiveSettings = { [A in AdaptiveAlgorithm]: SettingsOf<A> }[AdaptiveAlgorithm];

/** The settings of one algorithm. */
export type SettingsOf<A extends AdaptiveAlgorithm> = Completed<A> & Range;

/** Between which limits one is found, and from where. */
interface Range {
  readonly initialLimit: number;
  readonly minLimit: number;
  readonly maxLimit: number;
}

type Completed<A extends AdaptiveAlgorithm> = ReturnType<(typeof optionsOf)[A]['complete']>;

const usualStart = 20;

const byName = {
  aimd: { algorithm: 'aimd' },
  vegas: { algorithm: 'vegas' },
  gradient2: { algorithm: 'gradient2' },
} as const;

/** Completes what was given for a bulkhead of so many slots at most. Throws an `InvalidOptionsError` where the two do not fit. */
export function adaptiveSettings(given: AdaptiveOptions, maxConcurrent: number): AdaptiveSettings {
  const completed = complete(given);
  const fault = rangeFault(completed, maxConcurrent);
  if (fault) throw new InvalidOptionsError({ decorator: '@Bulkhead', ...fault, option: `adaptive.${fault.option}` });
  const { minLimit, initialLimit = Math.max(minLimit, Math.min(usualStart, maxConcurrent)) } = completed;
  return { ...completed, initialLimit, maxLimit: maxConcurrent };
}

/** What was given, with the defaults of its algorithm. */
export function complete(given: AdaptiveOptions): Completed<AdaptiveAlgorithm> {
  const named = typeof given === 'string' ? byName[given] : given;
  switch (named.algorithm) {
    case 'aimd':
      return optionsOf.aimd.complete(named, '');
    case 'vegas':
      return optionsOf.vegas.complete(named, '');
    case 'gradient2':
      return optionsOf.gradient2.complete(named, '');
  }
}

/** What is wrong with the limits between which one is to be found, and where it lies. */
export function rangeFault(
  { initialLimit, minLimit }: Pick<Completed<AdaptiveAlgorithm>, 'initialLimit' | 'minLimit'>,
  maxConcurrent: number,
): { readonly option: string; readonly rule: string; readonly value: number } | undefined {
  const most = `must not be above maxConcurrent (${maxConcurrent})`;
  if (minLimit > maxConcurrent) return { option: 'minLimit', rule: most, value: minLimit };
  if (initialLimit === undefined) return undefined;
  if (initialLimit > maxConcurrent) return { option: 'initialLimit', rule: most, value: initialLimit };
  const least = `must not be below minLimit (${minLimit})`;
  return initialLimit < minLimit ? { option: 'initialLimit', rule: least, value: initialLimit } : undefined;
}
