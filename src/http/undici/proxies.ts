import { AxiosError, type AxiosProxyConfig, type InternalAxiosRequestConfig } from 'axios';

/** A proxy on the way to a server. */
export interface HttpProxy {
  readonly origin: string;
  /** What it is to be told in `Proxy-Authorization`; undefined for nothing. */
  readonly authorization: string | undefined;
}

/** The proxy that a request is to take: that of its config, else that of the environment; undefined for none. */
export function proxyFor({ proxy, ...config }: InternalAxiosRequestConfig, target: URL): HttpProxy | undefined {
  if (proxy === false) return undefined;
  if (proxy) return ownProxy(proxy, config as InternalAxiosRequestConfig);
  const fromEnvironment = bypasses(target)
    ? undefined
    : environment(`${target.protocol.slice(0, -1)}_proxy`, 'all_proxy');
  return fromEnvironment === undefined ? undefined : proxyOf(new URL(absolute(fromEnvironment)));
}

function ownProxy(proxy: AxiosProxyConfig, config: InternalAxiosRequestConfig): HttpProxy {
  if (proxy instanceof URL) return proxyOf(proxy);
  const { protocol = 'http', host, port, auth } = proxy;
  const name = (proxy as { readonly hostname?: string }).hostname ?? host;
  const bracketed = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
  const { origin } = new URL(`${protocol.replace(/:$/, '')}://${bracketed}${port ? `:${port}` : ''}`);
  if (!auth) return { origin, authorization: undefined };
  const text = typeof auth === 'string' ? auth : `${auth.username || ''}:${auth.password || ''}`;
  if (text === ':') throw new AxiosError('Invalid proxy authorization', AxiosError.ERR_BAD_OPTION, config);
  return { origin, authorization: basic(text) };
}

function proxyOf({ origin, username, password }: URL): HttpProxy {
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { origin, authorization: text === ':' ? undefined : basic(text) };
}

/** A user and a password as header fields have them. */
export function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

/** Tells whether NO_PROXY lists a host: by its name, by the end of it after a dot or a star, by its port, or all of them by a star. */
function bypasses({ hostname, port, protocol }: URL): boolean {
  const effective = port || (protocol === 'https:' ? '443' : '80');
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const listed = (environment('no_proxy') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return listed.some((entry) => {
    if (entry === '*') return true;
    const [, name = entry, wanted] = /^(.+):(\d+)$/.exec(entry) ?? [];
    if (wanted !== undefined && wanted !== effective) return false;
    return /^[.*]/.test(name) ? host.endsWith(name.replace(/^\*/, '')) : host === name.replace(/^\[|\]$/g, '');
  });
}

function environment(...names: readonly string[]): string | undefined {
  return names.map((name) => process.env[name] || process.env[name.toUpperCase()]).find(Boolean);
}

function absolute(url: string): string {
  return url.includes('://') ? url : `http://${url}`;
}
