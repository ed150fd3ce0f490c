import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';

/** What a client of Node heard: a status and a body, or the code of the error that it reported. */
export interface Attempt {
  readonly status?: number;
  readonly body?: string;
  readonly code?: string | undefined;
}

/** Asks by `node:http` or `node:https`, on a connection of its own unless an agent is given. */
export function attempt(url: string, options: RequestOptions = {}): Promise<Attempt> {
  return new Promise((resolve) => {
    const failed = ({ code }: NodeJS.ErrnoException) => resolve({ code });
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    const asked = request(url, { agent: false, ...options }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body })).on('error', failed);
    });
    asked.on('error', failed).end();
  });
}

/** The code that `fetch` gives as the cause of its failure. */
export async function codeOf(answer: Promise<unknown>): Promise<string | undefined> {
  const error = await answer.then(
    () => undefined,
    (reason: { readonly cause?: { readonly code?: string } }) => reason,
  );
  return error?.cause?.code;
}
