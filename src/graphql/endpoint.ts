import { InvalidOptionsError } from '../core/index.js';

/** Where the operations of a client go. */
export interface Endpoint {
  /** The origin, or what paths are joined to; undefined where an existing client knows. */
  readonly baseURL: string | undefined;
  readonly path: string;
  /** All of it, where it is known. */
  readonly url: URL | undefined;
}

/** Finds out where operations go; no error shows a URL, since it may hold a password. */
export function endpointOf(
  { url, path, rest }: { readonly url?: unknown; readonly path?: string; readonly rest?: unknown },
  baseURL: unknown,
  site: string,
): Endpoint {
  const wrong = (option: string, rule: string) =>
    new InvalidOptionsError({ decorator: 'GraphQLClient', site, option, rule });
  if (url === undefined) {
    if (rest === undefined && baseURL === undefined)
      throw wrong('url', 'must be given, or a baseURL, or a client as rest');
    return {
      baseURL: baseURL as string | undefined,
      path: path ?? '/graphql',
      url: joined(baseURL, path ?? '/graphql'),
    };
  }
  if (path !== undefined) throw wrong('path', 'belongs to a baseURL, and must not be given beside url');
  if (baseURL !== undefined) throw wrong('baseURL', 'must not be given beside url');
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw wrong(
      'url',
      "must be an absolute URL that begins with http: or https:, such as 'https://api.example.com/graphql'",
    );
  }
  if (parsed.username !== '' || parsed.password !== '')
    throw wrong('url', 'must have no credentials; say them by auth');
  parsed.hash = '';
  if (rest !== undefined) return { baseURL: undefined, path: parsed.href, url: parsed };
  return { baseURL: parsed.origin, path: parsed.pathname + parsed.search, url: parsed };
}

/** The same for a WebSocket. */
export function socketUrl(url: URL): string {
  const socket = new URL(url);
  socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return socket.href;
}

function joined(baseURL: unknown, path: string): URL | undefined {
  const whole = `${String(baseURL).replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  return baseURL !== undefined && URL.canParse(whole) ? new URL(whole) : undefined;
}
