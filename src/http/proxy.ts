import type { AxiosProxyConfig } from 'axios';
import { wrongOption } from './wrong-option.js';

const names: ReadonlySet<string> = new Set(['host', 'port', 'protocol', 'auth']);

/** Checks a proxy; what is wrong with it is said without what was given, since it may hold a password. */
export function checkProxy(given: unknown, client: string): AxiosProxyConfig | false | undefined {
  if (given === undefined || given === false) return given;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongOption(client, 'proxy', 'must be an object with host and port, or false');
  }
  const unknown = Object.keys(given).find((name) => !names.has(name));
  if (unknown !== undefined) throw wrongOption(client, `proxy.${unknown}`, 'is not an option of a proxy');
  const { host, port, protocol, auth } = given as Readonly<Record<string, unknown>>;
  if (!isText(host) || host === '') throw wrongOption(client, 'proxy.host', 'must be the name of a host');
  if (!isPort(port)) throw wrongOption(client, 'proxy.port', 'must be a whole number from 1 to 65535');
  if (protocol !== undefined && !(isText(protocol) && /^https?:?$/.test(protocol))) {
    throw wrongOption(client, 'proxy.protocol', "must be 'http' or 'https'");
  }
  if (auth !== undefined && !isPair(auth))
    throw wrongOption(client, 'proxy.auth', 'must have a username and a password');
  return given as AxiosProxyConfig;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
}

function isPair(value: unknown): boolean {
  const { username, password } = Object(value) as { readonly username?: unknown; readonly password?: unknown };
  return isText(username) && isText(password);
}
