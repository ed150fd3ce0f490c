/** What a request asks for. */
export interface RequestTarget {
  readonly path: string;
  /** What stands behind the question mark. */
  readonly query: string;
}

/** Reads the target of a request; scheme, user and host, as clients send them to proxies, are left out. */
export function targetOf(url: string): RequestTarget {
  const [, path = '', query = ''] = /^(?:https?:\/\/[^/?#]*)?([^?#]*)\??([^#]*)/i.exec(url) ?? [];
  return { path: path === '' ? '/' : path, query };
}
