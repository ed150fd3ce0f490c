import {
  duration,
  maybe,
  type OptionSet,
  oneOf,
  optional,
  options,
  quantity,
  type Random,
  required,
} from '../../core/index.js';
import { exponential, lognormal, normal, pareto, uniform } from './chance.js';
import type {
  ExponentialLatency,
  FixedLatency,
  LatencyDistribution,
  LognormalLatency,
  NormalLatency,
  ParetoLatency,
  UniformLatency,
} from './latency-distribution.js';

/** Draws milliseconds. */
export type Sampler = (random: Random) => number;

/** The longest latency, in milliseconds. */
export const longestLatency = 3_600_000;

/** Checks a distribution, and gives what draws from it; the error names the field. */
export function samplerOf(given: LatencyDistribution): Sampler {
  const { distribution } = distributionOption.complete(
    distributionOption.check({ distribution: given.distribution }),
    '',
  );
  return samplers[distribution](given);
}

type DistributionName = NonNullable<LatencyDistribution['distribution']>;

const distributionOption = options<{ readonly distribution?: DistributionName | undefined }>()('latency', {
  distribution: optional(oneOf('fixed', 'uniform', 'normal', 'lognormal', 'exponential', 'pareto'), 'uniform'),
});

const time = () => duration({ max: longestLatency });
const someTime = () => duration({ min: 0.001, max: longestLatency });
const bounds = { min: optional(time(), 0), max: optional(time(), longestLatency) };

const fixedOptions = options<FixedLatency>()('latency', {
  distribution: required(oneOf('fixed')),
  value: required(time()),
});

const uniformOptions = options<UniformLatency>()(
  'latency',
  { distribution: optional(oneOf('uniform'), 'uniform'), min: required(time()), max: required(time()) },
  minAtMostMax,
);

const normalOptions = options<NormalLatency>()(
  'latency',
  { ...bounds, distribution: required(oneOf('normal')), mean: required(time()), deviation: maybe(time()) },
  minAtMostMax,
);

const lognormalOptions = options<LognormalLatency>()(
  'latency',
  { ...bounds, distribution: required(oneOf('lognormal')), median: required(someTime()), p99: maybe(someTime()) },
  minAtMostMax,
  ({ median, p99 = median }) =>
    p99 < median ? { option: 'p99', rule: `must be at least the median, ${median} ms`, value: p99 } : undefined,
);

const exponentialOptions = options<ExponentialLatency>()(
  'latency',
  { ...bounds, distribution: required(oneOf('exponential')), mean: required(time()) },
  minAtMostMax,
);

const paretoOptions = options<ParetoLatency>()(
  'latency',
  {
    ...{ distribution: required(oneOf('pareto')), min: required(someTime()), max: bounds.max },
    shape: optional(quantity({ min: 0.1, max: 100 }), 2),
  },
  minAtMostMax,
);

const samplers: Readonly<Record<DistributionName, (given: object) => Sampler>> = {
  fixed(given) {
    const { value } = fixedOptions.complete(fixedOptions.check(given), '');
    return () => value;
  },
  uniform: sampler(uniformOptions, ({ min, max }, random) => uniform(min, max, random)),
  normal: sampler(normalOptions, ({ mean, deviation = mean / 4 }, random) => normal(mean, deviation, random)),
  lognormal: sampler(lognormalOptions, ({ median, p99 = 5 * median }, random) => lognormal(median, p99, random)),
  exponential: sampler(exponentialOptions, ({ mean }, random) => exponential(mean, random)),
  pareto: sampler(paretoOptions, ({ min, shape }, random) => pareto(min, shape, random)),
};

function minAtMostMax({ min, max }: { readonly min: number; readonly max: number }) {
  return min > max ? { option: 'max', rule: `must be at least min, ${min} ms`, value: max } : undefined;
}

/** What is drawn outside the bounds counts as the bound. */
function sampler<Given extends object, Complete extends { readonly min: number; readonly max: number }>(
  set: OptionSet<Given, Complete>,
  draw: (settings: Complete, random: Random) => number,
): (given: object) => Sampler {
  return (given) => {
    const settings = set.complete(set.check(given), '');
    const { min, max } = settings;
    return (random) => Math.min(Math.max(draw(settings, random), min), max);
  };
}
