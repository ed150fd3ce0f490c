import { that } from '../core/index.js';

/** The paths by which the server itself is steered and watched: they never fail on command. */
const controlPaths = ['/faults', '/health', '/journal', '/stats'] as const;

const longestRoute = 200;

/** Checks the path at and below which a fault shows. */
export function route() {
  const bounds = `of at most ${longestRoute} characters and outside ${controlPaths.join(', ')}`;
  const rule = `must be a path such as '/items', ${bounds}`;
  return that<string>((value) => typeof value === 'string' && isRoute(value), rule);
}

/** Tells whether a path lies at or below another. */
export function isBelow(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return path.length === prefix.length || prefix.endsWith('/') || path[prefix.length] === '/';
}

function isRoute(value: string): boolean {
  if (!/^\/[^\s?#]*$/.test(value) || value.length > longestRoute) return false;
  return !controlPaths.some((control) => isBelow(value, control));
}
