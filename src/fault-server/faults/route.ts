import { that } from '../../core/index.js';

/** The paths by which the server itself is steered and watched: they never fail on command. */
export const controlPaths = ['/faults', '/health', '/journal', '/metrics', '/stats'] as const;

const longestRoute = 200;

/** Checks the path at and below which a fault shows. */
export function route() {
  const bounds = `of at most ${longestRoute} characters and outside ${controlPaths.join(', ')}`;
  const rule = `must be a path such as '/items', ${bounds}`;
  return that<string>((value) => typeof value === 'string' && isRoute(value), rule);
}

/** Tells whether a path lies at or below another, whichever of their characters are escaped; all lie below `/`. */
export function isBelow(path: string, prefix: string): boolean {
  if (prefix === '/') return true;
  const [plain, above] = [unescaped(path), unescaped(prefix)];
  if (!plain.startsWith(above)) return false;
  return plain.length === above.length || above.endsWith('/') || plain[above.length] === '/';
}

/** Tells whether a path is one of those by which the server is steered, or below it, also where nothing is there. */
export function isControl(path: string): boolean {
  return controlPaths.some((control) => isBelow(path, control));
}

function isRoute(value: string): boolean {
  return /^\/[^\s?#]*$/.test(value) && value.length <= longestRoute && !isControl(value);
}

/** As it is meant; as it is, where an escape is broken. */
function unescaped(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
