import { type Duration, durationRule, InvalidOptionsError, parseDuration, seededRandom } from '../../core/index.js';
import { Boom } from './boom.js';
import { type Flaky, type FlakyOutcome, flakyFunction } from './flaky-function.js';
import {
  type FlakyError,
  type FlakyFailureOptions,
  type FlakyOptions,
  type FlakyRateOptions,
  readFailureOptions,
  readFlakyOptions,
  readOwnOptions,
  readRateOptions,
} from './flaky-options.js';

/**
 * Makes functions and methods that fail as told, to stand for what is protected; each counts its `calls`, knows how many are
 * `running` and how many did at the `peak`, and keeps a `log` of them. They throw an InvalidOptionsError where they are told wrongly.
 *
 * ```ts
 * const charge = flaky.failing(2, 'paid');       // fails twice, then gives 'paid'
 * const quote = protectForTest(charge, { retry: 3 });
 * assert.equal(await quote.clock.runUntil(quote.call()), 'paid');
 * assert.equal(charge.calls, 3);
 * ```
 */
export const flaky = { failing, atRate, scripted, hanging, slow };

/** Fails for a number of calls (`Infinity` for ever), or with each of these errors in turn, then gives the value. */
function failing<T = void>(failures: number | readonly unknown[], value?: T, options: FlakyFailureOptions = {}) {
  const isCount = Number.isSafeInteger(failures) && Number(failures) >= 0;
  const accepted = isCount || failures === Number.POSITIVE_INFINITY || Array.isArray(failures);
  refuseUnless(accepted, 'failing', 'failures', 'must be a whole number, Infinity or a list of errors', failures);
  const { error, ...behavior } = readFailureOptions('flaky.failing()', options);
  const errors = typeof failures === 'number' ? undefined : [...failures];
  refuseUnless(!(errors && error), 'failing', 'error', 'makes no sense beside a list of errors', error);
  const errorOf = errors ? (call: number) => errors[call - 1] : makerOf(error);
  const count = errors?.length ?? Number(failures);
  const plan = (call: number) => (call <= count ? { error: errorOf(call) } : { value: value as T });
  return flakyFunction<T>(plan, behavior);
}

/** Fails this share of its calls, the same ones in every run, and gives the value otherwise. */
function atRate<T = void>(rate: number, value?: T, options: FlakyRateOptions = {}): Flaky<T> {
  const isRate = typeof rate === 'number' && rate > 0 && rate <= 1;
  refuseUnless(isRate, 'atRate', 'rate', 'must be a rate above 0 and at most 1', rate);
  const { error, seed, ...behavior } = readRateOptions('flaky.atRate()', options);
  const random = seededRandom(seed);
  const errorOf = makerOf(error);
  return flakyFunction<T>(
    (call) => (random.next() < rate ? { error: errorOf(call) } : { value: value as T }),
    behavior,
  );
}

/** Comes to these outcomes, one call after the other; the last one stays. */
function scripted<T>(outcomes: readonly FlakyOutcome<T>[], options: FlakyOptions = {}): Flaky<T> {
  const rule = 'must be a list of { value }, { error } or { hangs: true }';
  refuseUnless(Array.isArray(outcomes) && outcomes.length > 0, 'scripted', 'outcomes', rule, outcomes);
  for (const [index, outcome] of outcomes.entries()) {
    refuseUnless(isOutcome(outcome), 'scripted', `outcomes[${index}]`, rule.replace('a list of ', ''), outcome);
  }
  const script = [...outcomes];
  const plan = (call: number) => script[Math.min(call, script.length) - 1] as FlakyOutcome<T>;
  return flakyFunction(plan, readFlakyOptions('flaky.scripted()', options));
}

/** Never settles; with `obeysAbort`, not before its signal aborts. */
function hanging(options: Omit<FlakyOptions, 'takes'> = {}): Flaky<never> {
  return flakyFunction<never>(() => ({ hangs: true }), { ...readOwnOptions('flaky.hanging()', options), takes: 0 });
}

/** Gives the value after a while; without `obeysAbort` it goes on when its signal aborts, and is late. */
function slow<T = void>(takes: Duration, value?: T, options: Omit<FlakyOptions, 'takes'> = {}): Flaky<T> {
  refuseUnless(parseDuration(takes) !== undefined, 'slow', 'takes', `must be a duration (${durationRule})`, takes);
  const own = readOwnOptions('flaky.slow()', options);
  return flakyFunction<T>(() => ({ value: value as T }), { ...readFlakyOptions('flaky.slow()', { takes }), ...own });
}

function makerOf(error: FlakyError | undefined): (call: number) => unknown {
  if (typeof error === 'function') return error;
  return (call) => error ?? new Boom(`failure of call ${call}`);
}

function isOutcome(outcome: unknown): boolean {
  if (typeof outcome !== 'object' || outcome === null) return false;
  const [form, ...others] = Object.entries(outcome);
  if (form === undefined || others.length > 0) return false;
  return form[0] === 'hangs' ? form[1] === true : ['value', 'error'].includes(form[0]);
}

function refuseUnless(accepted: boolean, taker: keyof typeof flaky, option: string, rule: string, value: unknown) {
  if (!accepted) throw new InvalidOptionsError({ decorator: `flaky.${taker}()`, option, rule, value });
}
