import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Connection } from '../connection.js';
import { breakHandshake } from './broken-handshake.js';
import type { Certificates } from './certificates.js';
import { isOfCertificate, type TlsFailure } from './tls-failure.js';

/** A client that allows no more than this is let in by a server of old; OpenSSL deems it safe only when told so. */
const oldProtocol: TlsOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' };

/** How long a handshake may take, as Node's HTTPS server has it. */
const handshakeTime = 120_000;

/** Speaks TLS on connections that are let in, or lets it fail; never listens itself. */
export class TlsEndpoint {
  readonly #certificates: Certificates;
  readonly #accept: (socket: TLSSocket) => void;
  readonly #handshakeTimeout: number;
  readonly #servers = new Map<TlsFailure | 'none', Server>();
  readonly #shaking = new Map<string, Connection>();

  /** `accept` is given what is spoken on each connection, once its handshake is done. */
  constructor(certificates: Certificates, accept: (socket: TLSSocket) => void, handshakeTimeout = handshakeTime) {
    this.#certificates = certificates;
    this.#accept = accept;
    this.#handshakeTimeout = handshakeTimeout;
  }

  /** Speaks TLS on a connection, or fails to. A client that does not mind a wrong certificate is served. */
  speak(connection: Connection, failure: TlsFailure | 'none' = 'none'): void {
    if (failure === 'none' || failure === 'oldProtocol' || isOfCertificate(failure)) this.#shake(connection, failure);
    else breakHandshake(connection, failure);
  }

  #shake(connection: Connection, failure: TlsFailure | 'none'): void {
    const { tcp } = connection;
    const peer = peerOf(tcp);
    this.#shaking.set(peer, connection);
    tcp.allowHalfOpen = false; // as Node's HTTPS server has it: a client that does not trust us leaves without a word
    tcp.once('close', () => this.#forget(peer, connection));
    this.#serverFor(failure).emit('connection', tcp);
  }

  #serverFor(failure: TlsFailure | 'none'): Server {
    const known = this.#servers.get(failure);
    if (known) return known;
    const server = createServer(this.#optionsFor(failure), (socket) => this.#shaken(socket));
    server.on('tlsClientError', (_error, socket) => socket.destroy()); // nobody else does so when the time is over
    this.#servers.set(failure, server);
    return server;
  }

  #optionsFor(failure: TlsFailure | 'none'): TlsOptions {
    const { valid, wrong } = this.#certificates;
    const identity = failure !== 'none' && isOfCertificate(failure) ? wrong?.[failure] : valid;
    const { key, cert } = identity ?? valid;
    const protocol = failure === 'oldProtocol' ? oldProtocol : undefined;
    const shown = { key: Buffer.from(key), cert: Buffer.from(cert) };
    return { ...shown, ALPNProtocols: ['http/1.1'], handshakeTimeout: this.#handshakeTimeout, ...protocol };
  }

  /** Node tells no socket beneath one of TLS: it is found by who its peer is. */
  #shaken(socket: TLSSocket): void {
    const peer = peerOf(socket);
    const connection = this.#shaking.get(peer);
    if (!connection) return void socket.destroy(); // its client has left meanwhile
    this.#shaking.delete(peer);
    connection.carries(socket);
    this.#accept(socket);
  }

  #forget(peer: string, connection: Connection): void {
    if (this.#shaking.get(peer) === connection) this.#shaking.delete(peer);
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
