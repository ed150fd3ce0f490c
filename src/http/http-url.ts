import { appendQuery, checkQuery, type Query } from './query.js';
import { wrongOption } from './wrong-option.js';

const absolute = /^(?:[a-z][a-z\d+.-]*:|[\\/]{2})/i;

/** Checks the URL that all paths are joined to; the error does not show it, since it may hold a password. */
export function checkBaseUrl(given: unknown, client: string): URL {
  const url = typeof given === 'string' ? parse(given) : undefined;
  if (!url) throw wrongOption(client, 'baseURL', "must be an absolute URL, such as 'https://api.example.com/v1'");
  if (!isHttp(url)) throw wrongOption(client, 'baseURL', 'must begin with http: or https:', url.protocol);
  if (url.search || url.hash) throw wrongOption(client, 'baseURL', 'must have no query and no fragment');
  return url;
}

/** Joins a path to the URL of a client; what is absolute already must stay where that URL points. */
export function joinUrl(base: URL | undefined, path: unknown, query: Query, client: string): URL {
  if (typeof path !== 'string') throw wrongOption(client, 'path', 'must be a text', path);
  const url = absolute.test(path) ? absoluteUrl(base, path, client) : relativeUrl(base, path, client);
  url.hash = '';
  appendQuery(url, query);
  return url;
}

/** The same URL with other parameters: those given replace those of their names, undefined and null take them away. */
export function withQuery(url: URL, given: unknown, client: string): URL {
  if (given === undefined) return url;
  const query = checkQuery(given, client);
  const changed = new URL(url);
  for (const name of Object.keys(query)) changed.searchParams.delete(name);
  appendQuery(changed, query);
  return changed;
}

function absoluteUrl(base: URL | undefined, path: string, client: string): URL {
  const url = parse(path, base);
  if (!url) throw wrongOption(client, 'path', 'must be a path or an absolute URL');
  if (!isHttp(url)) throw wrongOption(client, 'path', 'must begin with http: or https:', url.protocol);
  if (!base) return url;
  if (url.origin === base.origin) return asWhom(url, base, client);
  throw wrongOption(
    client,
    'path',
    `must stay on ${base.origin}, where the credentials of this client belong`,
    url.origin,
  );
}

/** Who asks is said by the client: a link that a server gave may point to where it goes, but not say who goes there. */
function asWhom(url: URL, base: URL, client: string): URL {
  const same = url.username === base.username && url.password === base.password;
  if (!same && (url.username || url.password)) {
    throw wrongOption(client, 'path', 'must hold no user and no password: they belong in baseURL, or in auth');
  }
  url.username = base.username;
  url.password = base.password;
  return url;
}

function relativeUrl(base: URL | undefined, path: string, client: string): URL {
  if (!base) throw wrongOption(client, 'path', 'must be an absolute URL, since the client has no baseURL');
  if (path === '') return new URL(base);
  const separator = path.startsWith('?') ? '' : '/';
  const beneath = base.href.replace(/\/+$/, '');
  const url = new URL(beneath + separator + path.replace(/^\/+/, ''));
  if (url.href.startsWith(beneath) && /^[/?#]?$/.test(url.href.charAt(beneath.length))) return url;
  throw wrongOption(client, 'path', "must not lead out of baseURL by '..'");
}

function parse(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}
