import { connect } from 'node:net';

/** What came back over a socket, byte for byte, and how the connection ended. */
export interface RawAnswer {
  readonly text: string;
  readonly ended: 'closed' | 'reset';
}

/** Sends one request over a socket of its own and reads until the connection ends. */
export function rawRequest(port: number, path: string, method = 'GET'): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => resolve({ text, ended: 'closed' }));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') resolve({ text, ended: 'reset' });
      else reject(error);
    });
    socket.write(`${method} ${path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n`);
  });
}

/** Splits an answer into its status line with the header fields, and its body. */
export function partsOf({ text }: RawAnswer): { readonly head: string; readonly body: string } {
  const end = text.indexOf('\r\n\r\n');
  return { head: text.slice(0, end), body: text.slice(end + 4) };
}
