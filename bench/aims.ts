/** What Holdfast promises about one finding; `atMost` is in the finding's unit, or times what `against` names. */
export interface Aim {
  readonly finding: string;
  readonly against: 'bare' | 'limit' | 'best peer' | 'nothing';
  readonly atMost: number;
  /** Which of our rows it is about. @default the first */
  readonly subject?: string;
}

/** The aims, as data. `npm run bench:check` fails when one of them is missed. */
export const aims: readonly Aim[] = [
  { finding: 'empty-pipeline', against: 'bare', atMost: 2.35 }, // 50 ns over a bare call of 37 ns
  { finding: 'retry', against: 'bare', atMost: 2.8 },
  { finding: 'circuit', against: 'bare', atMost: 2.5 },
  { finding: 'consecutive-circuit', against: 'bare', atMost: 2.5 },
  { finding: 'timeout', against: 'bare', atMost: 6 },
  { finding: 'bulkhead', against: 'bare', atMost: 2.3 },
  { finding: 'rate-limit', against: 'bare', atMost: 3.2 },
  { finding: 'cache-hit', against: 'bare', atMost: 3.5 },
  { finding: 'stale-hit', against: 'bare', atMost: 4.5 },
  { finding: 'dedup-lone', against: 'bare', atMost: 3.5 },
  { finding: 'dedup-hundred', against: 'best peer', atMost: 1 },
  { finding: 'retry-circuit-timeout', against: 'bare', atMost: 9 },
  { finding: 'retry-circuit-timeout', against: 'best peer', atMost: 1 / 2 },
  { finding: 'everything-miss', against: 'bare', atMost: 28 },
  // Not half of it: the best stack of peers, tuned, takes 1.7 times what the leanest code by hand does.
  { finding: 'everything-miss', against: 'best peer', atMost: 1 },
  { finding: 'everything-hit', against: 'bare', atMost: 3.5 },
  { finding: 'refusal', against: 'bare', atMost: 45 },
  { finding: 'refusal', against: 'best peer', atMost: 1 / 3 },
  { finding: 'bytes-retry', against: 'nothing', atMost: 700 },
  { finding: 'bytes-timeout', against: 'nothing', atMost: 1_200 },
  { finding: 'bytes-retry-circuit-timeout', against: 'nothing', atMost: 1_400 },
  { finding: 'heap-growth', against: 'nothing', atMost: 0.1 }, // bytes per call that stay; a leak of one field would be 8
  { finding: 'in-flight-both', against: 'limit', atMost: 1.5 },
  { finding: 'in-flight-bytes', against: 'limit', atMost: 1.5 },
  { finding: 'key-limiter-time', against: 'best peer', atMost: 1 / 2 },
  { finding: 'key-limiter-bytes', against: 'best peer', atMost: 1 / 2 },
  { finding: 'cached-bytes', against: 'nothing', atMost: 170 }, // of which key and value are 81
  { finding: 'import', against: 'nothing', atMost: 45 },
  // Two identical runs of bare axios lie so far apart.
  { finding: 'http-fifty', against: 'bare', atMost: 1.1, subject: 'RestClient, dedup and cache on' },
  { finding: 'http-one', against: 'bare', atMost: 1.1, subject: 'RestClient, dedup and cache on' },
  { finding: 'http-tail-p999', against: 'nothing', atMost: 40, subject: '@Hedge at p98 above it' },
  { finding: 'http-tail-extra', against: 'nothing', atMost: 3, subject: '@Hedge at p98 above it' },
];
