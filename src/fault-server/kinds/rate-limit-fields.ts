import { type Item, serializeDictionary, serializeList } from 'structured-headers';
import { type Quota, type RateLimitFields, rateLimitOptions } from './rate-limit-options.js';

/** Header fields by name. */
type Fields = Readonly<Record<string, string>>;

/** The header fields that tell a client its limits, at this time on the wall. */
export function rateLimitFields(given: RateLimitFields, wallNow: number): Fields {
  const { form, reset, quotas } = rateLimitOptions.complete(rateLimitOptions.check(given), '');
  if (form === 'ietf') return lists(quotas);
  if (form === 'draft-07') return dictionaries(quotas);
  if (form === 'draft-03') return numbersOf('ratelimit', quotas, 0, `, ${policies(quotas)}`);
  return numbersOf('x-ratelimit', quotas, reset === 'epoch' ? Math.floor(wallNow / 1000) : 0);
}

function lists(quotas: readonly Quota[]): Fields {
  const remainders = quotas.map(({ name, remaining, resetAfter }) => item(name, { r: remaining }, { t: resetAfter }));
  const limits = quotas.map(({ name, limit, window }) => item(name, { q: limit }, { w: window }));
  return { ratelimit: serializeList(remainders), 'ratelimit-policy': serializeList(limits) };
}

function dictionaries(quotas: readonly Quota[]): Fields {
  const [remainder = ''] = quotas.map(({ limit, remaining, resetAfter }) => {
    const members = { limit, remaining, ...inSeconds({ reset: resetAfter }) };
    return serializeDictionary(members);
  });
  return { ratelimit: remainder, 'ratelimit-policy': policies(quotas) };
}

/** A field for each number of the first quota; a reset counts from `since`, in seconds. */
function numbersOf(prefix: string, quotas: readonly Quota[], since: number, others = ''): Fields {
  const [fields = {}] = quotas.map(({ limit, remaining, resetAfter }) => {
    const { reset } = inSeconds({ reset: resetAfter });
    const told = { [`${prefix}-limit`]: `${limit}${others}`, [`${prefix}-remaining`]: String(remaining) };
    return reset === undefined ? told : { ...told, [`${prefix}-reset`]: String(since + reset) };
  });
  return fields;
}

function policies(quotas: readonly Quota[]): string {
  return serializeList(quotas.map(({ limit, window }) => item(limit, {}, { w: window })));
}

function item(value: string | number, counts: Readonly<Record<string, number>>, times: Times): Item {
  return [value, new Map(Object.entries({ ...counts, ...inSeconds(times) }))];
}

type Times = Readonly<Record<string, number | undefined>>;

/** Whole seconds, rounded up: before, there is nothing to be had; what is undefined is left out. */
function inSeconds(times: Times): Record<string, number> {
  const known = Object.entries(times).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(known.map(([name, time]) => [name, Math.ceil(time / 1000)]));
}
