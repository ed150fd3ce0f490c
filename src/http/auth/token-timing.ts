/** Milliseconds that a token is taken to last when its server does not say so, or not legibly. */
const unknownLifetime = 5 * 60_000;

/** No token lasts shorter than that: else each request would ask for one. */
const shortestLifetime = 1000;

/** How long a token is good for in milliseconds, by what its server says in `expires_in`: seconds, or a text of them. */
export function lifetimeOf(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'string' && expiresIn.trim() !== '' ? Number(expiresIn) : expiresIn;
  if (typeof seconds !== 'number' || !(seconds >= 0)) return unknownLifetime;
  return Math.max(seconds * 1000, shortestLifetime);
}

/** How long a token is used before a newer one is fetched: until a margin before its end, which is at most half of its lifetime. */
export function freshFor(lifetime: number, margin: number): number {
  return Math.max(lifetime - margin, lifetime / 2, shortestLifetime);
}

/** Milliseconds for which a failure is remembered, and nobody asks again. */
const memory = 1000;

/** After the first failure of several in a row, where asking again may help. */
const shortestMemory = 100;

/** However long a server wants to be left alone: it may say nonsense, and would silence the client for good. */
const longestMemory = 5 * 60_000;

/** How long a failure is remembered in milliseconds; `inRow` counts those since the last success, this one included. */
export function remembered(failure: { permanent: boolean; retryAfter: number | undefined }, inRow: number): number {
  if (failure.permanent) return memory;
  const backoff = Math.min(shortestMemory * 2 ** (inRow - 1), memory);
  return Math.max(backoff, Math.min(failure.retryAfter ?? 0, longestMemory));
}
