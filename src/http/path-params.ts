import { isSecret, redacted } from './redaction.js';
import { wrongOption } from './wrong-option.js';

/** Values for the placeholders of a path. */
export type PathParams = Readonly<Record<string, string | number | bigint | boolean>>;

const placeholder = /\{([^{}]*)\}/g;

/** Puts values in the place of `{name}`; each stays within its segment of the path, whatever it holds. */
export function fillPath(path: string, params: unknown, client: string): string {
  if (params === undefined) return path;
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw wrongOption(client, 'params', 'must be an object of values for the placeholders of the path');
  }
  const used = new Set<string>();
  const filled = path.replace(placeholder, (_, name: string) => {
    used.add(name);
    return segment(name, Object.hasOwn(params, name) ? (params as PathParams)[name] : undefined, client);
  });
  const unused = Object.keys(params).find((name) => !used.has(name));
  if (unused !== undefined) throw wrongOption(client, `params.${unused}`, 'has no placeholder in the path');
  return filled;
}

/** The user and the password in front of a host. */
const userInfo = /^((?:[a-z][a-z\d+.-]*:)?[\\/]{2})[^\\/]*@/i;

/** What a request is called after its path: as it is written, without what may be secret or without end. Undefined where it has no placeholders. */
export function endpointOf(method: string, path: unknown, params: PathParams | undefined): string | undefined {
  if (params === undefined || typeof path !== 'string' || Object.keys(params).length === 0) return undefined;
  const [plain = ''] = path.split(/[?#]/, 1);
  return `${method} ${plain.replace(userInfo, '$1')}`;
}

function segment(name: string, value: unknown, client: string): string {
  const rule = "must be a text, a number, true or false, not empty, and neither '.' nor '..'";
  const text = isScalar(value) ? String(value) : '';
  if (text === '' || text === '.' || text === '..' || /\p{Surrogate}/u.test(text)) {
    throw wrongOption(client, `params.${name}`, rule, isSecret(name) ? redacted : value);
  }
  return encodeURIComponent(text);
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean';
}
