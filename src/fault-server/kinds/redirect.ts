import { count, maybe, oneOf, optional, options, required } from '../../core/index.js';
import { type FaultTiming, faultKind, faultTiming } from '../faults/fault-kind.js';
import { oneOfNumbers } from '../latency/number-choice.js';
import { problem } from '../problem.js';

/** Sends the client elsewhere, where it never finds an answer. */
export interface RedirectFault extends FaultTiming {
  readonly kind: 'redirect';
  /** @default 302 */
  readonly status?: 301 | 302 | 303 | 307 | 308;
  /**
   * Where to: back to the same URL, round a circle of `hops` URLs, to ever new URLs, to a `Location` that is no URL, or nowhere, without a
   * `Location`. The URLs of a circle or a chain differ by `redirected` in their query. @default 'itself'
   */
  readonly to?: 'itself' | 'circle' | 'everNew' | 'malformed' | 'nowhere';
  /** With `'circle'`: its URLs. @default 2 */
  readonly hops?: number;
}

type Target = NonNullable<RedirectFault['to']>;

const parameter = 'redirected';

/** Answers with a redirect. */
export const redirectFault = faultKind({
  kind: 'redirect',
  final: true,
  options: options<Partial<RedirectFault>>()(
    'fault',
    {
      ...{ ...faultTiming, kind: required(oneOf('redirect')) },
      status: optional(oneOfNumbers(301, 302, 303, 307, 308), 302),
      to: optional(oneOf('itself', 'circle', 'everNew', 'malformed', 'nowhere'), 'itself'),
      hops: maybe(count({ min: 2, max: 100 })),
    },
    ({ to, hops }) =>
      hops !== undefined && to !== 'circle'
        ? { option: 'hops', rule: "goes with to: 'circle' only", value: hops }
        : undefined,
  ),
  strike(exchange, { status, to, hops = 2 }) {
    const location = locations[to](exchange.request.url, hops);
    const answer = problem(status, 'redirected on command');
    const headers = location === undefined ? answer.headers : { ...answer.headers, location };
    return exchange.answer('failed', { ...answer, ...(headers && { headers }) });
  },
});

const locations: Readonly<Record<Target, (url: string, hops: number) => string | undefined>> = {
  itself: (url) => onThisServer(url),
  circle: (url, hops) => hopAfter(url, (hop) => (hop + 1) % hops),
  everNew: (url) => hopAfter(url, (hop) => hop + 1),
  malformed: () => 'http://[::1/no-url',
  nowhere: () => undefined,
};

/** The same path and query, at the next hop. */
function hopAfter(url: string, next: (hop: number) => number): string {
  const [path = ''] = url.split('?', 1);
  const query = url.slice(path.length + 1);
  const others = query.split('&').filter((pair) => pair !== '' && !pair.startsWith(`${parameter}=`));
  const hop = Number(new URLSearchParams(query).get(parameter));
  const following = next(Number.isSafeInteger(hop) && hop >= 0 ? hop : 0);
  return `${onThisServer(path)}?${[...others, `${parameter}=${following}`].join('&')}`;
}

/** A path that begins with two slashes, which a client would take for the name of another server, in words that mean the same path. */
function onThisServer(path: string): string {
  return /^\/[/\\]/.test(path) ? `/.${path}` : path;
}
