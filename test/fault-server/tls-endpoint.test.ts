import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Connection } from '../../src/fault-server/connections/connection.js';
import { TlsEndpoint } from '../../src/fault-server/connections/tls/tls-endpoint.js';
import { certificatesFor } from '../../src/fault-server/connections/tls/tls-option.js';
import { makeIdentity } from '../identity.js';

describe('a client that does not begin its handshake', () => {
  // Node's own HTTPS server ends such a connection; a server of TLS alone tells that time is over, and leaves it open.
  it('is cut when its time is over', async () => {
    const certificates = await certificatesFor(await makeIdentity(), '127.0.0.1');
    if (!certificates) throw new Error('the certificates are missing');
    const endpoint = new TlsEndpoint(certificates, (socket) => socket.destroy(), 20);
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      endpoint.speak(new Connection(socket, false));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    const client = connect(port, '127.0.0.1').on('error', () => client.destroy());
    await new Promise((resolve) => client.once('close', resolve).resume());
    await new Promise((resolve) => server.close(resolve));

    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
  });
});
