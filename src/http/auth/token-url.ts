/** The name and the addresses of this machine, as URLs have them; what lies below `localhost`, some systems ask others for. */
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Checks the URL of a token endpoint: the secrets of the client go there. */
export function tokenUrlFrom(given: unknown, allowHttp: boolean, wrong: (rule: string) => Error): URL {
  if (typeof given !== 'string' || !URL.canParse(given)) throw wrong('must be an absolute URL');
  const url = new URL(given);
  if (url.username !== '' || url.password !== '') throw wrong('must have no credentials in it');
  if (url.hash !== '') throw wrong('must have no fragment');
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') throw wrong('must begin with https:');
  if (allowHttp || loopback.test(url.hostname)) return url;
  throw wrong('must begin with https:, since secrets are sent there; allowHttp lets it be http');
}
