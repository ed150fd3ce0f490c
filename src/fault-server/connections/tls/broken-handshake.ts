import type { Connection } from '../connection.js';
import { ignore } from '../connection-wait.js';
import type { HandshakeFailure } from './tls-failure.js';

/** Failures that need no TLS of ours: what is sent in answer to the first words of a client. */
export type BrokenHandshake = Exclude<HandshakeFailure, 'oldProtocol'>;

/** A record of type alert (21), version TLS 1.2, of two bytes: fatal (2), handshake_failure (40). */
const handshakeFailure = Buffer.from([21, 3, 3, 0, 2, 2, 40]);

/** What a server that speaks HTTP says to one who greets it by TLS. */
const plainText = 'HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';

const answers: Readonly<Record<BrokenHandshake, (connection: Connection) => void>> = {
  handshakeReset: (connection) => connection.reset(),
  handshakeHang: ({ tcp }) => ignore(tcp),
  handshakeAlert: (connection) => connection.end(handshakeFailure),
  notTls: (connection) => connection.end(plainText),
};

/** Waits for the first words of a client, and then lets its handshake fail. */
export function breakHandshake(connection: Connection, failure: BrokenHandshake): void {
  const { tcp } = connection;
  tcp.once('data', () => answers[failure](connection));
  tcp.once('end', () => tcp.destroy());
  tcp.resume();
}
