import { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import type { AnswerHead } from './exchange.js';
import type { Hop, WireHeaders } from './hop.js';
import { noBody } from './outgoing-body.js';
import { UndiciRequest } from './undici-request.js';

/** How many redirects are followed where nobody says so; the number of follow-redirects. */
const standardRedirects = 21;

/** What a redirect has to be told. */
export interface Redirection {
  readonly config: InternalAxiosRequestConfig;
  /** Where the request went first: the credentials belong there. */
  readonly first: Hop;
  /** How many have been followed, this one included. */
  readonly count: number;
}

/** Tells whether an answer sends the request elsewhere, and whether it is to go there. */
export function isRedirect({ status, headers }: AnswerHead, { maxRedirects }: InternalAxiosRequestConfig): boolean {
  return maxRedirects !== 0 && status >= 300 && status < 400 && headers.location !== undefined;
}

/** The next hop: by the rules of follow-redirects, and with no credential where it did not belong before. */
export function redirected(hop: Hop, head: AnswerHead, { config, first, count }: Redirection): Hop {
  if (count > (config.maxRedirects ?? standardRedirects)) {
    throw failure('Maximum number of redirects exceeded', 'ERR_FR_TOO_MANY_REDIRECTS', config, hop);
  }
  try {
    return follow(hop, head, { config, first, count });
  } catch (cause) {
    if (cause instanceof AxiosError) throw cause;
    const { message } = cause as Error;
    const error = failure(`Redirected request failed: ${message}`, 'ERR_FR_REDIRECTION_FAILURE', config, hop);
    Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
    throw error;
  }
}

function follow(hop: Hop, head: AnswerHead, { config, first }: Redirection): Hop {
  const url = new URL([head.headers.location].flat()[0] as string, hop.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TypeError(`Unsupported protocol ${url.protocol}`);
  const asGet = becomesGet(hop.method, head.status);
  if (!asGet && !hop.body.replayable) throw new TypeError('the body was a stream, and cannot be sent again');
  const next = {
    url,
    method: asGet ? 'GET' : hop.method,
    path: url.pathname + url.search,
    headers: keptHeaders(hop, url, { config, asGet }),
    auth: url.origin === first.url.origin ? first.auth : undefined,
    body: asGet ? noBody : hop.body,
  };
  next.url.hash = '';
  return config.beforeRedirect ? consulted(next, hop, { head, config }) : next;
}

function becomesGet(method: string, status: number): boolean {
  return (
    ((status === 301 || status === 302) && method === 'POST') || (status === 303 && !/^(?:GET|HEAD)$/.test(method))
  );
}

function keptHeaders(
  hop: Hop,
  to: URL,
  { config, asGet }: { config: InternalAxiosRequestConfig; asGet: boolean },
): WireHeaders {
  const secrets = new Set([
    'authorization',
    'cookie',
    'proxy-authorization',
    ...(config.sensitiveHeaders ?? []).map(lower),
  ]);
  const stays = to.origin === hop.url.origin;
  const kept = Object.entries(hop.headers).filter(([written]) => {
    const name = written.toLowerCase();
    if (name === 'host' || (asGet && name.startsWith('content-'))) return false;
    return stays || !secrets.has(name);
  });
  return Object.fromEntries(kept);
}

/** Lets the user see where it goes, and change that, as follow-redirects does. */
function consulted(
  next: Hop,
  hop: Hop,
  { head, config }: { head: AnswerHead; config: InternalAxiosRequestConfig },
): Hop {
  const { url, method, headers, auth } = next;
  const { protocol, hostname, host, port, pathname, search, href, hash } = url;
  const options: Record<string, unknown> = {
    ...{
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      host,
      port: port && Number(port),
      pathname,
      search,
      href,
      hash,
    },
    ...{ path: next.path, method, headers: { ...headers }, auth },
  };
  const before = { ...options };
  config.beforeRedirect?.(
    options,
    { headers: head.headers as Record<string, string>, statusCode: head.status },
    {
      url: hop.url.href,
      method: hop.method,
      headers: { Host: hop.url.host, ...hop.headers } as Record<string, string>,
    },
  );
  const moved = ['protocol', 'hostname', 'port', 'path'].some((part) => options[part] !== before[part]);
  const target = moved
    ? new URL(`${options.protocol}//${bracketed(String(options.hostname))}:${options.port}${options.path}`)
    : url;
  return {
    ...next,
    url: target,
    path: String(options.path),
    method: String(options.method).toUpperCase(),
    headers: options.headers as WireHeaders,
    auth: options.auth as string | undefined,
  };
}

function bracketed(hostname: string): string {
  return hostname.includes(':') ? `[${hostname}]` : hostname;
}

/** Named as follow-redirects names its errors. */
function failure(message: string, code: string, config: InternalAxiosRequestConfig, hop: Hop): AxiosError {
  const error = new AxiosError(message, code, config, new UndiciRequest(hop));
  error.name = `Error [${code}]`;
  return error;
}

function lower(name: string): string {
  return name.toLowerCase();
}
