import { request } from 'node:http';

/** What a client made of an answer: its status with the body, and with what code it failed. */
export interface Seen {
  readonly status?: number;
  readonly body?: string;
  readonly failed?: string;
}

/** How fetch sees an answer. */
export async function viaFetch(url: string, init: RequestInit = {}): Promise<Seen> {
  let status: number | undefined;
  try {
    const answer = await fetch(url, init);
    status = answer.status;
    return { status, body: await answer.text() };
  } catch (error) {
    return { ...(status === undefined ? undefined : { status }), failed: codeOf(error) };
  }
}

/** How node:http sees an answer, over a connection of its own; `patience` milliseconds without a byte are a timeout. */
export function viaHttp(url: string, patience = 0): Promise<Seen> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false }, (answer) => {
      const status = answer.statusCode as number;
      let body = '';
      answer.setEncoding('latin1');
      answer.on('data', (chunk) => {
        body += chunk;
      });
      answer.on('end', () => resolve({ status, body }));
      answer.on('error', (error) => resolve({ status, failed: codeOf(error) }));
    });
    asked.setTimeout(patience, () => asked.destroy(Object.assign(new Error('no patience'), { code: 'IMPATIENT' })));
    asked.on('error', (error) => resolve({ failed: codeOf(error) }));
    asked.end();
  });
}

function codeOf(error: unknown): string {
  const { cause, code, name, message } = error as Error & { readonly code?: unknown };
  if (cause instanceof Error) return codeOf(cause);
  if (typeof code === 'string') return code;
  return name === 'Error' ? message : name;
}
