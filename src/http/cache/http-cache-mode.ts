import { wrongOption } from '../wrong-option.js';

/**
 * How one request uses the cache, in the words of the Fetch standard. 'default': by the rules. 'no-store': past it, and it stays as it is. 'reload':
 * asks the server, and keeps the answer. 'no-cache': asks the server whether what is kept still holds. 'force-cache': what is kept, however old, or
 * else from the server. 'only-if-cached': what is kept, however old, or a CacheMissError.
 */
export type HttpCacheMode = 'default' | 'no-store' | 'reload' | 'no-cache' | 'force-cache' | 'only-if-cached';

const modes: readonly unknown[] = [
  'default',
  'no-store',
  'reload',
  'no-cache',
  'force-cache',
  'only-if-cached',
] satisfies readonly HttpCacheMode[];

/** Checks the option `cache` of a request; false is short for 'no-store', true for 'default'. */
export function checkCacheMode(given: unknown, client: string): HttpCacheMode {
  if (given === undefined || given === true) return 'default';
  if (given === false) return 'no-store';
  if (isMode(given)) return given;
  throw wrongOption(
    client,
    'cache',
    `must be true, false or one of ${modes.map((mode) => `'${mode}'`).join(', ')}`,
    given,
  );
}

/** What a mode asks of the caches on the way to the server, where the request does not say it itself. */
export function directivesOf(mode: HttpCacheMode, headers: Readonly<Record<string, string>>): Record<string, string> {
  if (mode === 'no-cache') return 'cache-control' in headers ? {} : { 'cache-control': 'max-age=0' };
  if (mode !== 'reload' && mode !== 'no-store') return {};
  const asked = { 'cache-control': 'no-cache', pragma: 'no-cache' };
  return Object.fromEntries(Object.entries(asked).filter(([name]) => !(name in headers)));
}

function isMode(given: unknown): given is HttpCacheMode {
  return modes.includes(given);
}
